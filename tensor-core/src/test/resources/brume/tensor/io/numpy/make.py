"""Writes the files beside it with numpy itself. Usage: python3 make.py (written with numpy 2.4.6)"""
import io, zipfile
import numpy as np

count = np.arange(6).reshape(2, 3)
for order in "<>":
    end = "le" if order == "<" else "be"
    for kind in ("i2", "i4", "i8", "u2", "u4", "f2", "f4", "f8"):
        np.save(f"{kind}-{end}.npy", ((count - 2) * (1 if kind[0] == "i" else 1.5) + (3 if kind[0] == "u" else 0)).astype(order + kind))
np.save("u1.npy", np.array([0, 1, 127, 128, 255], "u1"))
np.save("i1.npy", np.array([0, 1, 127, -128, -1], "i1"))
np.save("bool.npy", np.array([[True, False], [False, True]]))
np.save("fortran.npy", np.asfortranarray(np.arange(24, dtype="<i4").reshape(2, 3, 4)))
np.save("scalar.npy", np.float32(2.5))
np.save("empty.npy", np.zeros((0, 3), "f4"))
np.save("special-f2.npy", np.array([np.inf, -np.inf, np.nan, 6e-8, -0.0, 65504], "<f2"))
for version in (1, 2, 3):
    with open(f"version-{version}.npy", "wb") as f:
        np.lib.format.write_array(f, np.arange(4, dtype="<f4"), version=(version, 0))
np.save("u8.npy", np.array([2 ** 64 - 1], "u8"))
np.save("complex.npy", np.array([1j], "c8"))
np.save("text.npy", np.array(["no number"]))
np.save("structured.npy", np.zeros(2, [("a", "f4"), ("b", "i2")]))
np.save("object.npy", np.array([{}], dtype=object), allow_pickle=True)
np.savez("two.npz", pictures=np.arange(12, dtype="u1").reshape(2, 2, 3), labels=np.array([4, 2]))
np.savez_compressed("packed.npz", np.zeros((1000, 4), "f4") + 0.25)
