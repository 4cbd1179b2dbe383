package io.thins3.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
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
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A proxy in front of an S3 server that understands HTTP, and does to ranged GETs what bad servers
 * and networks do, by chance. All other requests pass.
 */
public final class UnreliableS3 implements AutoCloseable {
  /** What becomes of a GET. */
  public enum Fault {
    /** It is passed on. */
    NONE,
    /** The connection is cut somewhere in the body. */
    CUT,
    /** Nothing comes any more from somewhere in the body on; the connection stays. */
    STALL,
    /** 503 SlowDown, several in a row. */
    SLOW_DOWN,
    /** The head says less than the range has, and the body ends there. */
    SHORT,
    /** The head says more than the range has; then the connection is closed. */
    LONG,
    /** The head comes late. */
    LATE
  }

  private static final int BURST = 8;
  private static final int PIECE = 64 << 10;
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\nContent-Length: *([0-9]+)");

  private final URI target;
  private final ServerSocket listener;
  private final Random random;
  private final double share;
  private final List<Fault> kinds;
  private final Duration late;
  private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
  private final Map<Fault, AtomicInteger> counts = new EnumMap<>(Fault.class);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger broken = new AtomicInteger();
  private int refusals;

  /**
   * Starts one.
   *
   * @param share of the GETs that something happens to
   * @param late how late a late head comes
   */
  public UnreliableS3(URI target, long seed, double share, Duration late) {
    this(target, seed, share, late, EnumSet.complementOf(EnumSet.of(Fault.NONE)));
  }

  /**
   * Starts one with some faults only.
   *
   * @param share of the GETs that something happens to
   * @param late how late a late head comes
   */
  public UnreliableS3(URI target, long seed, double share, Duration late, Set<Fault> kinds) {
    this.kinds = List.copyOf(kinds);
    this.target = target;
    this.random = new Random(seed);
    this.share = share;
    this.late = late;
    for (Fault fault : Fault.values()) {
      counts.put(fault, new AtomicInteger());
    }
    try {
      this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run("accept", this::accept);
  }

  /** Where it listens. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** How often this has happened. */
  public int count(Fault fault) {
    return counts.get(fault).get();
  }

  private interface Body {
    void run() throws IOException;
  }

  private void run(String name, Body body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (IOException e) {
                // One side has closed the connection, as tests of faults do.
                broken.incrementAndGet();
              }
            },
            "unreliable-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      run("connection", () -> serve(client));
    }
  }

  private void serve(Socket client) throws IOException {
    try (client;
        Socket server = new Socket(target.getHost(), target.getPort())) {
      open.add(client);
      open.add(server);
      InputStream requests = new BufferedInputStream(client.getInputStream());
      InputStream answers = new BufferedInputStream(server.getInputStream(), PIECE);
      for (String head = head(requests); head != null; head = head(requests)) {
        boolean get =
            head.startsWith("GET ") && head.toLowerCase(Locale.ROOT).contains("\r\nrange: bytes=");
        Fault fault = get ? draw() : Fault.NONE;
        if (get) {
          counts.get(fault).incrementAndGet();
        }
        if (fault == Fault.SLOW_DOWN) {
          refuse(client.getOutputStream());
          continue;
        }
        server.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        String answer = head(answers);
        if (answer == null || !pass(head, answer, fault, answers, client.getOutputStream())) {
          return;
        }
      }
    } finally {
      open.remove(client);
    }
  }

  private synchronized Fault draw() {
    if (refusals > 0) {
      refusals--;
      return Fault.SLOW_DOWN;
    }
    if (random.nextDouble() >= share) {
      return Fault.NONE;
    }
    Fault fault = kinds.get(random.nextInt(kinds.size()));
    if (fault == Fault.SLOW_DOWN) {
      refusals = random.nextInt(BURST);
    }
    return fault;
  }

  private synchronized long somewhere(long length) {
    return length <= 1 ? 0 : random.nextLong(length);
  }

  private static void refuse(OutputStream out) throws IOException {
    String body = "<Error><Code>SlowDown</Code><Message>by chance</Message></Error>";
    String answer =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/xml\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Passes an answer on; whether the connection can carry another one. */
  private boolean pass(
      String request, String head, Fault fault, InputStream answers, OutputStream out)
      throws IOException {
    Matcher length = LENGTH.matcher(head);
    long whole =
        length.find() && !request.startsWith("HEAD ") ? Long.parseLong(length.group(1)) : 0;
    String told = head;
    long sent = whole;
    switch (fault) {
      case SHORT -> {
        sent = somewhere(whole);
        told = LENGTH.matcher(head).replaceFirst("\r\nContent-Length: " + sent);
      }
      case LONG -> told = LENGTH.matcher(head).replaceFirst("\r\nContent-Length: " + (whole + 77));
      case CUT, STALL -> sent = somewhere(whole);
      case LATE -> pause(late);
      case NONE, SLOW_DOWN -> told = head;
    }
    out.write(told.getBytes(StandardCharsets.ISO_8859_1));
    byte[] piece = new byte[PIECE];
    for (long left = sent; left > 0; ) {
      int count = answers.read(piece, 0, (int) Math.min(piece.length, left));
      if (count < 0) {
        return false;
      }
      out.write(piece, 0, count);
      left -= count;
    }
    out.flush();
    if (fault == Fault.STALL) {
      pause(Duration.ofMinutes(5));
    }
    return sent == whole && told.equals(head) && !head.contains("chunked");
  }

  private void pause(Duration duration) throws IOException {
    try {
      if (closed.await(duration.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("closed");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** A head up to its empty line, or null at the end. */
  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int newlines = 0;
    while (newlines < 2) {
      int b = in.read();
      if (b < 0) {
        return null;
      }
      head.write(b);
      newlines = b == '\n' ? newlines + 1 : b == '\r' ? newlines : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    listener.close();
    for (Closeable one : open) {
      one.close();
    }
  }
}
