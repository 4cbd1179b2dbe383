package io.thins3.fuse.linux;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Names as bytes and as text: strictly UTF-8, whatever the locale says. */
final class Utf8 {
  private Utf8() {}

  /**
   * Decodes bytes of a request.
   *
   * @throws FuseException EILSEQ when they are not UTF-8
   */
  static String decode(ByteBuffer bytes, int start, int end) throws FuseException {
    byte[] name = new byte[end - start];
    bytes.get(start, name);
    if (isAscii(name)) {
      return new String(name, StandardCharsets.ISO_8859_1);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(name))
          .toString();
    } catch (CharacterCodingException e) {
      throw new FuseException(Errno.EILSEQ);
    }
  }

  /** The bytes of a name, or null when it has half a surrogate pair and so has none. */
  static byte @Nullable [] encode(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == name.length()) {
      // As many bytes as chars: ASCII, or a replaced half pair, which is one char and one byte.
      return isAscii(name) ? bytes : null;
    }
    try {
      StandardCharsets.UTF_8
          .newEncoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .encode(CharBuffer.wrap(name));
      return bytes;
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAscii(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
