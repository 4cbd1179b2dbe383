package io.thins3.fuse.libfuse;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Pointer;

/** Names between C and Java: UTF-8 without exception, whatever the locale says. */
final class Utf8 {
  private Utf8() {}

  /**
   * The string of these bytes up to the first zero.
   *
   * @throws FuseException EILSEQ when they are not UTF-8
   */
  static String decode(Pointer string) throws FuseException {
    byte[] bytes = new byte[string.indexOf(0, (byte) 0)];
    string.get(0, bytes, 0, bytes.length);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw new FuseException(Errno.EILSEQ);
    }
  }

  /**
   * The bytes of a string, without a zero behind.
   *
   * @throws CharacterCodingException when it has half a surrogate pair
   */
  static ByteBuffer encode(String string) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .encode(CharBuffer.wrap(string));
  }

  /**
   * The bytes of a string, without a zero behind.
   *
   * @throws FuseException EILSEQ when it has half a surrogate pair
   */
  static byte[] bytes(String string) throws FuseException {
    try {
      ByteBuffer encoded = encode(string);
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new FuseException(Errno.EILSEQ);
    }
  }
}
