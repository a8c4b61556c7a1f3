package brume.tests.op;

import java.util.Arrays;

/** Inputs at which functions like to return NaN or infinity. */
enum Extreme {
  ZEROS {
    @Override
    float[] values(OpCase op, int input, int count) {
      return new float[count];
    }
  },

  /** 100, −100, 100, ... */
  HUNDREDS {
    @Override
    float[] values(OpCase op, int input, int count) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = i % 2 == 0 ? 100 : -100;
      }
      return values;
    }
  },

  /** The same large number everywhere: variance zero far from the origin. */
  CONSTANT {
    @Override
    float[] values(OpCase op, int input, int count) {
      float[] values = new float[count];
      Arrays.fill(values, 100);
      return values;
    }
  },

  /** Normal numbers and one of 10¹⁵, whose square is still a float. */
  ONE_HUGE {
    @Override
    float[] values(OpCase op, int input, int count) {
      float[] values = op.normal(input, count);
      values[count / 2] = 1e15f;
      return values;
    }
  };

  /** Numbers for one input of a function. */
  abstract float[] values(OpCase op, int input, int count);
}
