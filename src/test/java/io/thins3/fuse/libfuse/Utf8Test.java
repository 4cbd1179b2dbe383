package io.thins3.fuse.libfuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
  private static Pointer memory(byte[] bytes) {
    Pointer string =
        Memory.allocateDirect(jnr.ffi.Runtime.getSystemRuntime(), bytes.length + 1, true);
    string.put(0, bytes, 0, bytes.length);
    return string;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "gr\u00FC\u00DFe", "\uD83E\uDD8A", "\uFFFD", "\uFEFF"})
  void bytesAndDecode_anyText_backAgain(String text) throws Exception {
    byte[] bytes = Utf8.bytes(text);
    assertThat(bytes).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
    assertThat(Utf8.decode(memory(bytes))).isEqualTo(text);
  }

  /** Hexadecimal: a lone byte, cut sequences, overlong forms, surrogates, beyond Unicode. */
  @ParameterizedTest
  @ValueSource(
      strings = {"ff", "80", "c3", "e282", "c080", "c1bf", "e080af", "eda080", "f4908080", "61ff"})
  void decode_notUtf8_eilseq(String hexadecimal) {
    byte[] bytes = java.util.HexFormat.of().parseHex(hexadecimal);
    assertThat(catchThrowableOfType(FuseException.class, () -> Utf8.decode(memory(bytes))).errno())
        .isEqualTo(Errno.EILSEQ);
  }

  @Test
  void bytes_halfASurrogatePair_eilseq() {
    assertThat(catchThrowableOfType(FuseException.class, () -> Utf8.bytes("a\uD83E")).errno())
        .isEqualTo(Errno.EILSEQ);
  }
}
