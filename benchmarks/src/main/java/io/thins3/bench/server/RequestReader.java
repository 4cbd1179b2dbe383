package io.thins3.bench.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Finds the request heads in what one connection sends, in pieces of any size. Bodies are skipped
 * by their length, so they cost nothing. One thread at a time.
 *
 * <pre>
 *   HEAD ── Content-Length: n &gt; 0 ──────────► BODY ── n bytes ──► HEAD
 *    │ └── Transfer-Encoding: chunked ──► SIZE ── n &gt; 0 ──► CHUNK ── n bytes, CR LF ──► SIZE
 *    │                                     └── 0 ──► TRAILER ── empty line ──► HEAD
 *    └── over 64 KiB, or not HTTP ──► LOST (the rest of the connection is not counted)
 * </pre>
 */
final class RequestReader {
  private enum State {
    HEAD,
    BODY,
    SIZE,
    CHUNK,
    TRAILER,
    LOST
  }

  private static final int LONGEST_HEAD = 64 << 10;

  private final Consumer<RequestKind> sink;
  private final StringBuilder text = new StringBuilder();
  private State state = State.HEAD;
  private long remaining;

  RequestReader(Consumer<RequestKind> sink) {
    this.sink = sink;
  }

  /** Takes the bytes between position and limit; the buffer is not changed. */
  void accept(ByteBuffer bytes) {
    int position = bytes.position();
    while (position < bytes.limit() && state != State.LOST) {
      if (state == State.BODY || state == State.CHUNK) {
        int skipped = (int) Math.min(remaining, bytes.limit() - position);
        position += skipped;
        remaining -= skipped;
        if (remaining == 0) {
          state = state == State.BODY ? State.HEAD : State.SIZE;
        }
      } else {
        text.append((char) (bytes.get(position++) & 0xff));
        acceptText();
      }
    }
  }

  private void acceptText() {
    int length = text.length();
    if (length > LONGEST_HEAD) {
      state = State.LOST;
    } else if (text.charAt(length - 1) == '\n') {
      switch (state) {
        case HEAD -> {
          if (endsWith("\r\n\r\n")) {
            head();
          }
        }
        case SIZE -> size();
        default -> {
          if (length == 2 || endsWith("\r\n\r\n")) {
            next(State.HEAD, 0);
          }
        }
      }
    }
  }

  private boolean endsWith(String end) {
    return text.length() >= end.length()
        && text.substring(text.length() - end.length()).equals(end);
  }

  private void head() {
    String[] lines = text.toString().split("\r\n", -1);
    String[] request = lines[0].split(" ", -1);
    if (request.length != 3) {
      state = State.LOST;
      return;
    }
    long length = 0;
    boolean chunked = false;
    boolean copies = false;
    for (int i = 1; i < lines.length; i++) {
      String line = lines[i].toLowerCase(Locale.ROOT);
      if (line.startsWith("content-length:")) {
        length = Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
      } else if (line.startsWith("transfer-encoding:")) {
        chunked = line.contains("chunked");
      } else if (line.startsWith("x-amz-copy-source:")) {
        copies = true;
      }
    }
    sink.accept(RequestKind.of(request[0], request[1], copies));
    if (chunked) {
      next(State.SIZE, 0);
    } else {
      next(length > 0 ? State.BODY : State.HEAD, length);
    }
  }

  private void size() {
    String digits =
        new String(text.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.US_ASCII)
            .replaceFirst("[;\r].*", "")
            .strip();
    long size = Long.parseLong(digits, 16);
    // The chunk's own CR LF is skipped with it.
    next(size == 0 ? State.TRAILER : State.CHUNK, size + 2);
  }

  private void next(State following, long bytes) {
    state = following;
    remaining = bytes;
    text.setLength(0);
  }
}
