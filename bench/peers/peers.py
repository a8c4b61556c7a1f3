"""What the peers share: options of a shape, the allocator, the clock, and the line of JSON.

Imports no framework, so that --tuned can start the process again before anything large is loaded.
"""
import argparse, collections, glob, json, os, resource, statistics, sys, time


def options(description, threads=0):
    """A parser of what every peer of `brume bench step` knows, named as there."""
    p = argparse.ArgumentParser(description=description.strip().splitlines()[0])
    p.add_argument("--dim", type=int, default=32, help="channels at the finest level")
    p.add_argument("--mults", default="1,2,4", help="multiples of --dim at each level")
    p.add_argument("--size", type=int, default=28, help="height and width in pixels")
    p.add_argument("--channels", type=int, default=1, help="of a picture")
    p.add_argument("--batch", type=int, default=32, help="pictures of one step")
    p.add_argument("--measure", choices=["training", "sampling", "both"], default="both")
    run_options(p, threads, steps=7, warmup=2)
    return p


def run_options(p, threads=0, steps=3, warmup=1):
    """Adds how to run: threads, steps and the allocator."""
    p.add_argument("--threads", type=int, default=threads, help="0 for one per core")
    p.add_argument("--steps", type=int, default=steps, help="steps measured")
    p.add_argument("--warmup", type=int, default=warmup, help="steps before")
    p.add_argument("--tuned", action="store_true", help="keep freed memory for the next step: jemalloc if it is found, else glibc's settings")


def multiples(a):
    return tuple(map(int, a.mults.split(",")))


def cores(a):
    return a.threads or len(os.sched_getaffinity(0))


def jemalloc():
    """Where jemalloc's library is, or None. JEMALLOC names it, else it is looked for where systems put it."""
    named = os.environ.get("JEMALLOC")
    places = [named] if named else [f"{lib}/libjemalloc.so.2" for lib in ("/usr/lib/*", "/usr/lib64", "/usr/lib", "/usr/local/lib")]
    return next((path for place in places for path in sorted(glob.glob(place))), None)


def tune():
    """Starts a script that was told --tuned again, once, with an allocator that keeps what is freed.

    As it comes, glibc gives large buffers back to the system and gets them anew, page by page, at every step.
    """
    if "--tuned" not in sys.argv or "PEER_ALLOCATOR" in os.environ: return
    env, library = dict(os.environ), jemalloc()
    if library:
        env["LD_PRELOAD"] = ":".join(filter(None, [library, os.environ.get("LD_PRELOAD")]))
        env.setdefault("MALLOC_CONF", "dirty_decay_ms:-1,muzzy_decay_ms:-1")
        env["PEER_ALLOCATOR"] = "jemalloc " + env["MALLOC_CONF"]
    else:
        env.update(MALLOC_MMAP_MAX_="0", MALLOC_TRIM_THRESHOLD_=str(1 << 40), PEER_ALLOCATOR="glibc, keeping what is freed")
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], env)


def allocator():
    """What malloc is, told by the libraries this process has loaded: one that was asked for may have failed to load."""
    asked = os.environ.get("PEER_ALLOCATOR", "as it comes")
    try: loaded = "jemalloc" in open("/proc/self/maps").read()
    except OSError: return asked
    return asked if loaded == asked.startswith("jemalloc") else "jemalloc" if loaded else "glibc; jemalloc did not load"


def resident_mib():
    """Largest resident memory of this process so far; None where the system does not tell."""
    try: return next(int(line.split()[1]) >> 10 for line in open("/proc/self/status") if line.startswith("VmHWM:"))
    except (OSError, StopIteration): return None


Timing = collections.namedtuple("Timing", "wall cpu faults")


def measure(step, a):
    """Medians of a step's seconds, by the clock and of all threads together, and of the pages it got from the system."""
    faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    now = lambda: (time.perf_counter(), time.process_time(), faults())
    taken = []
    for _ in range(a.warmup + a.steps):
        before = now(); step()
        taken.append([end - start for start, end in zip(before, now())])
    wall, cpu, pages = (statistics.median(column) for column in zip(*taken[a.warmup:]))
    return Timing(round(wall, 5), round(cpu, 5), round(pages))


def report(peer, a, params, base, train, sample, memory=resident_mib, **more):
    """Measures a training step and a forward pass, as far as --measure asks and there is one (else None); prints the line.

    peak_mib is memory after training, or after sampling where only that is measured.
    """
    trained = measure(train, a) if train and a.measure != "sampling" else None
    peak = memory()
    sampled = measure(sample, a) if sample and a.measure != "training" else None
    if not trained: peak = memory()
    line = dict(peer=peer, device="cpu", dtype="f32", threads=cores(a), dim=a.dim, mults=a.mults, size=a.size, channels=a.channels,
                batch=a.batch, params=params, train_step_s=trained and trained.wall, train_images_per_s=trained and round(a.batch / trained.wall, 2),
                forward_s=sampled and sampled.wall, train_cpu_s=trained and trained.cpu, forward_cpu_s=sampled and sampled.cpu,
                train_faults=trained and trained.faults, forward_faults=sampled and sampled.faults,
                base_mib=base, peak_mib=peak, allocator=allocator())
    print(json.dumps({**line, **more}), flush=True)
