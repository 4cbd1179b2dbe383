package io.thins3.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy in front of a server that damages content on its way to the client: the last letter
 * of {@link #MARK}, wherever that is in an answer.
 */
public final class DamagingProxy implements AutoCloseable {
  /** What is damaged; its first letter is not in it again. */
  public static final String MARK = "@damage-me-here";

  /** What becomes of it. */
  public static final String DAMAGED = "@damage-me-herE";

  private static final byte[] BYTES = MARK.getBytes(StandardCharsets.US_ASCII);

  private final URI target;
  private final ServerSocket listener;
  private final AtomicInteger left = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final Set<Closeable> open = ConcurrentHashMap.newKeySet();

  /** Starts one, which damages nothing yet. */
  public DamagingProxy(URI target) {
    this.target = target;
    try {
      this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run(this::accept);
  }

  /** Where it listens. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** Damages what comes next, so many times; then all is well. */
  public void damage(int times) {
    left.set(times);
  }

  private interface Io {
    void run() throws IOException;
  }

  private void run(Io body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (IOException e) {
                ended.incrementAndGet(); // one side went away: so does the other
              }
            },
            "damaging-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      Socket server = new Socket(target.getHost(), target.getPort());
      open.add(client);
      open.add(server);
      run(() -> pass(client, server, false));
      run(() -> pass(server, client, true));
    }
  }

  private void pass(Socket from, Socket to, boolean damage) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] piece = new byte[64 << 10];
      int matched = 0;
      for (int count = in.read(piece); count > 0; count = in.read(piece)) {
        for (int i = 0; damage && i < count; i++) {
          matched = piece[i] == BYTES[matched] ? matched + 1 : piece[i] == BYTES[0] ? 1 : 0;
          if (matched == BYTES.length) {
            matched = 0;
            if (left.getAndUpdate(times -> Math.max(0, times - 1)) > 0) {
              piece[i] = (byte) DAMAGED.charAt(DAMAGED.length() - 1);
            }
          }
        }
        out.write(piece, 0, count);
      }
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Closeable one : open) {
      one.close();
    }
  }
}
