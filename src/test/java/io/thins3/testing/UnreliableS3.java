package io.thins3.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
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

  /** Between two faults that are not left to chance: a request and its retries meet few of them. */
  private static final int APART = 5;

  private static final int PIECE = 64 << 10;
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\nContent-Length: *([0-9]+)");

  private final URI target;
  private final SocketServer server;
  private final Random random;
  private final double share;
  private final List<Fault> kinds;
  private final Duration late;
  private final Map<Fault, AtomicInteger> counts = new EnumMap<>(Fault.class);
  private final Queue<Fault> certain = new ArrayDeque<>();
  private int drawn;
  private int refusals;

  /**
   * Starts one.
   *
   * @param share of the GETs that something happens to
   * @param late how late a late head comes
   */
  public UnreliableS3(URI target, long seed, double share, Duration late) throws IOException {
    this(target, seed, share, late, EnumSet.complementOf(EnumSet.of(Fault.NONE)));
  }

  /**
   * Starts one with some faults only.
   *
   * @param share of the GETs that something happens to
   * @param late how late a late head comes
   */
  public UnreliableS3(URI target, long seed, double share, Duration late, Set<Fault> kinds)
      throws IOException {
    this.kinds = List.copyOf(kinds);
    this.target = target;
    this.random = new Random(seed);
    this.share = share;
    this.late = late;
    for (Fault fault : Fault.values()) {
      counts.put(fault, new AtomicInteger());
    }
    this.server = SocketServer.start(this::serve);
  }

  /** Makes each of its faults happen once for certain, early: to every fifth GET that comes. */
  public synchronized UnreliableS3 eachKindFirst() {
    List<Fault> all = new ArrayList<>(kinds);
    Collections.shuffle(all, random);
    certain.addAll(all);
    return this;
  }

  /** Where it listens. */
  public URI endpoint() {
    return server.endpoint();
  }

  /** How often this has happened. */
  public int count(Fault fault) {
    return counts.get(fault).get();
  }

  private void serve(SocketServer.Peer client) throws IOException, InterruptedException {
    try (Socket store = new Socket(target.getHost(), target.getPort())) {
      InputStream answers = new BufferedInputStream(store.getInputStream(), PIECE);
      for (String head = client.head(); !head.isEmpty(); head = client.head()) {
        boolean get =
            head.startsWith("GET ") && head.toLowerCase(Locale.ROOT).contains("\r\nrange: bytes=");
        Fault fault = get ? draw() : Fault.NONE;
        if (get) {
          counts.get(fault).incrementAndGet();
        }
        if (fault == Fault.SLOW_DOWN) {
          refuse(client);
          continue;
        }
        store.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        String answer = SocketServer.head(answers);
        if (answer.isEmpty() || !pass(head, answer, fault, answers, client)) {
          return;
        }
      }
    }
  }

  private synchronized Fault draw() {
    if (refusals > 0) {
      refusals--;
      return Fault.SLOW_DOWN;
    }
    drawn++;
    Fault fault = drawn % APART == 0 ? certain.poll() : null;
    if (fault == null) {
      fault = random.nextDouble() < share ? kinds.get(random.nextInt(kinds.size())) : Fault.NONE;
    }
    if (fault == Fault.SLOW_DOWN) {
      refusals = random.nextInt(BURST);
    }
    return fault;
  }

  private synchronized long somewhere(long length) {
    return length <= 1 ? 0 : random.nextLong(length);
  }

  private static void refuse(SocketServer.Peer client) throws IOException {
    String body = "<Error><Code>SlowDown</Code><Message>by chance</Message></Error>";
    String answer =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/xml\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    client.send(answer);
  }

  /** Passes an answer on; whether the connection can carry another one. */
  private boolean pass(
      String request, String head, Fault fault, InputStream answers, SocketServer.Peer client)
      throws IOException, InterruptedException {
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
      case LATE -> client.pause(late);
      case NONE, SLOW_DOWN -> told = head;
    }
    client.send(told);
    byte[] piece = new byte[PIECE];
    for (long left = sent; left > 0; ) {
      int count = answers.read(piece, 0, (int) Math.min(piece.length, left));
      if (count < 0) {
        return false;
      }
      client.out().write(piece, 0, count);
      left -= count;
    }
    if (fault == Fault.STALL) {
      client.stall();
    }
    return sent == whole && told.equals(head) && !head.contains("chunked");
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
