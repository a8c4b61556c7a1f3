package brume.cuda.emulator;

/** The numbers in the memory of an emulated GPU, as its libraries see them. */
final class DeviceFloats {

  private final DeviceMemory memory;

  DeviceFloats(DeviceMemory memory) {
    this.memory = memory;
  }

  /** The number at an address, which must have been written. */
  float read(long address) {
    return Float.intBitsToFloat(memory.at(address).load32(address));
  }

  void write(long address, float value) {
    memory.at(address).store32(address, Float.floatToRawIntBits(value));
  }

  /** Numbers that lie one after the other. */
  float[] read(long address, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = read(address + 4L * i);
    }
    return values;
  }

  void write(long address, float[] values) {
    for (int i = 0; i < values.length; i++) {
      write(address + 4L * i, values[i]);
    }
  }
}
