package io.thins3.store.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads and bodies from bytes that come in whatever pieces. */
class FramingTest {
  /** Gives its bytes in pieces of sizes that the test chooses, then the end. */
  private static final class Pieces implements Input.Source {
    private final byte[] bytes;
    private final IntSupplier sizes;
    private int position;

    Pieces(byte[] bytes, IntSupplier sizes) {
      this.bytes = bytes;
      this.sizes = sizes;
    }

    @Override
    public int read(ByteBuffer destination) {
      if (position == bytes.length) {
        return -1;
      }
      int count =
          Math.min(
              Math.max(1, sizes.getAsInt()),
              Math.min(destination.remaining(), bytes.length - position));
      destination.put(bytes, position, count);
      position += count;
      return count;
    }

    @Override
    public int readUnit() {
      return 1;
    }
  }

  private static Input input(Input.Source source) {
    return new Input(source, ByteBuffer.allocateDirect(Input.bufferBytes(source)));
  }

  private static Input input(String text) {
    return input(new Pieces(text.getBytes(ISO_8859_1), () -> Integer.MAX_VALUE));
  }

  private static byte[] read(Framing framing, ByteBuffer buffer) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (framing.read(buffer.clear()) >= 0) {
      byte[] some = new byte[buffer.flip().remaining()];
      assertThat(some).isNotEmpty();
      buffer.get(some);
      all.writeBytes(some);
    }
    assertThat(framing.isEnded()).isTrue();
    return all.toByteArray();
  }

  @Test
  void chunked_splitAnywhereTwice_isTheSameBody() throws Exception {
    String message =
        ("HTTP/1.1 200 OK|Transfer-Encoding: chunked||"
                + "5|hello|1;name=value| |A  |0123456789|0|Trailer: x||")
            .replace("|", "\r\n");
    byte[] bytes = message.getBytes(ISO_8859_1);
    for (int first = 1; first < bytes.length; first++) {
      for (int second = 1; second < bytes.length - first; second++) {
        int[] sizes = {first, second, Integer.MAX_VALUE};
        int[] next = {0};
        Input input = input(new Pieces(bytes, () -> sizes[Math.min(2, next[0]++)]));
        ResponseHead head = ResponseHead.read(input);

        byte[] body = read(Framing.of("GET", head, input), ByteBuffer.allocate(7));

        assertThat(new String(body, ISO_8859_1)).isEqualTo("hello 0123456789");
        assertThat(input.hasBuffered()).isFalse();
      }
    }
  }

  /** Any body in any chunks, from any pieces into any buffer, is that body. */
  @Test
  void chunked_anyChunksPiecesAndBuffers_areTheBody() throws Exception {
    long seed = System.nanoTime();
    System.out.println("chunked_anyChunksPiecesAndBuffers_areTheBody: seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      byte[] body = new byte[random.nextInt(200_000)];
      random.nextBytes(body);
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      for (int at = 0; at < body.length; ) {
        int size = Math.min(body.length - at, 1 + random.nextInt(1 << random.nextInt(18)));
        message.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(ISO_8859_1));
        message.write(body, at, size);
        message.writeBytes("\r\n".getBytes(ISO_8859_1));
        at += size;
      }
      message.writeBytes("0\r\n\r\n".getBytes(ISO_8859_1));
      int largest = 1 << random.nextInt(17);
      Input input = input(new Pieces(message.toByteArray(), () -> 1 + random.nextInt(largest)));
      int room = 1 + random.nextInt(100_000);
      ByteBuffer buffer =
          random.nextBoolean() ? ByteBuffer.allocateDirect(room) : ByteBuffer.allocate(room);

      assertThat(read(new ChunkedFraming(input), buffer)).isEqualTo(body);
    }
  }

  /** A message that ends anywhere but at its end is an error, whatever its framing. */
  @Test
  void body_cutAtAnyByte_isAnError() {
    for (String message :
        new String[] {
          "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nhello, world",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: x\r\n\r\n"
        }) {
      for (int length = 1; length < message.length(); length++) {
        Input input = input(message.substring(0, length));
        assertThatThrownBy(
                () -> {
                  ResponseHead head = ResponseHead.read(input);
                  read(Framing.of("GET", head, input), ByteBuffer.allocate(100));
                })
            .isInstanceOf(EOFException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\r\n",
        "\r\n",
        "-1\r\n",
        "5 5\r\nhello\r\n0\r\n\r\n",
        "1000000000000000\r\n",
        "5\r\nhello!\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhell\r\n\r\n0\r\n\r\n"
      })
  void chunked_malformed_isNoHttp(String message) {
    assertThatThrownBy(() -> read(new ChunkedFraming(input(message)), ByteBuffer.allocate(100)))
        .isInstanceOf(HttpProtocolException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.6\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 99 Low\r\n\r\n",
        "HTTP/1.1 2000 Long\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 12345678901234567890\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nName : value\r\n\r\n",
        "HTTP/1.1 200 OK\r\nName: value\r\n folded\r\n\r\n",
      })
  void head_malformed_isNoHttp(String message) {
    assertThatThrownBy(() -> ResponseHead.read(input(message)))
        .isInstanceOf(HttpProtocolException.class);
  }

  @Test
  void head_endless_isRefused() {
    assertThatThrownBy(() -> ResponseHead.read(input("HTTP/1.1 200 " + "x".repeat(20_000))))
        .isInstanceOf(HttpProtocolException.class);
    assertThatThrownBy(
            () -> ResponseHead.read(input("HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(300))))
        .isInstanceOf(HttpProtocolException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, 204, false, true, 0",
    "GET, 304, false, true, 0",
    "HEAD, 200, false, true, 0",
    "HEAD, 404, true, true, 0",
    "GET, 200, true, false, 0",
    "GET, 200, false, false, 5",
  })
  void body_ofStatusAndMethod_isThereOrNot(
      String method, int status, boolean chunked, boolean ended, int length) throws Exception {
    Input input = input("5\r\nhello\r\n0\r\n\r\n");
    ResponseHead head = new ResponseHead(status, new Headers(), chunked ? -1 : 5, chunked, true);

    Framing framing = Framing.of(method, head, input);

    assertThat(framing.isEnded()).isEqualTo(ended);
    if (length > 0) {
      assertThat(read(framing, ByteBuffer.allocate(9))).hasSize(length);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1, , true",
    "HTTP/1.1, Connection: close, false",
    "HTTP/1.1, CONNECTION: Close, false",
    "HTTP/1.1, Connection: keep-alive, true",
    "HTTP/1.0, , false",
    "HTTP/1.0, Connection: keep-alive, true",
    "HTTP/1.1, Transfer-Encoding: chunked, false",
  })
  void connection_ofVersionAndFields_isKeptOrNot(
      String version, @Nullable String field, boolean kept) throws Exception {
    ResponseHead head =
        ResponseHead.read(
            input(
                version
                    + " 200 OK\r\nContent-Length: 5\r\n"
                    + (field == null ? "" : field + "\r\n")
                    + "\r\n"));

    assertThat(head.keepAlive()).isEqualTo(kept);
  }

  @Test
  void fields_anyCase_areFoundAndStripped() throws Exception {
    ResponseHead head =
        ResponseHead.read(input("HTTP/1.1 206 Partial Content\nETAG:  \"e\" \t\nX:\n\n"));

    assertThat(head.status()).isEqualTo(206);
    assertThat(head.headers().first("etag")).isEqualTo("\"e\"");
    assertThat(head.headers().first("x")).isEmpty();
    assertThat(head.headers().first("y")).isNull();
  }

  @Test
  void largeDirectBuffer_body_getsItWithoutACopy() throws Exception {
    byte[] bytes = new byte[100_000];
    new Random(1).nextBytes(bytes);
    boolean[] straight = new boolean[1];
    ByteBuffer destination = ByteBuffer.allocateDirect(100_000);
    Pieces pieces = new Pieces(bytes, () -> Integer.MAX_VALUE);
    Input input =
        input(
            new Input.Source() {
              @Override
              public int read(ByteBuffer into) {
                straight[0] |= into.capacity() == destination.capacity();
                return pieces.read(into);
              }

              @Override
              public int readUnit() {
                return 1;
              }
            });

    assertThat(input.read(destination)).isEqualTo(100_000);
    assertThat(straight[0]).isTrue();
  }
}
