// philox.cuh — the counter-based generator Philox4x32-10, the same bits as brume.tensor.random.Philox.
//
//   Salmon, Moraes, Dror and Shaw (2011), https://doi.org/10.1145/2063384.2063405, section 4.3
#pragma once

// The four random words of block `counter` of a key's draws.
__device__ __forceinline__ uint4 philox(unsigned long long key, unsigned long long counter) {
  unsigned k0 = key, k1 = key >> 32;
  uint4 c = {(unsigned)counter, (unsigned)(counter >> 32), 0, 0};
  for (int round = 0; round < 10; round++) {
    const unsigned high0 = __umulhi(0xD2511F53u, c.x), low0 = 0xD2511F53u * c.x;
    const unsigned high2 = __umulhi(0xCD9E8D57u, c.z), low2 = 0xCD9E8D57u * c.z;
    c = {high2 ^ c.y ^ k0, low2, high0 ^ c.w ^ k1, low0};
    k0 += 0x9E3779B9u;  // the golden ratio
    k1 += 0xBB67AE85u;  // √3 − 1
  }
  return c;
}
