package io.thins3.store.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * One connection. One thread at a time uses it; any thread may close it.
 *
 * <pre>
 *   new ── connect ── TLS ─► ready ◄── exchange ──► in use
 *                              │                      │
 *                              └── close: by its user, by an interrupt, by the pool,
 *                                  or by the watchdog when the deadline of a wait has passed
 * </pre>
 *
 * <p>The channel blocks. A blocked read costs one system call, and an interrupt or a close from
 * another thread ends it; a deadline is therefore kept by one {@link Watchdog} for all connections,
 * which closes those that are overdue. A selector would cost a read two more system calls and a
 * connection three more descriptors, for the same end: after a missed deadline a connection is of
 * no use anyway.
 */
final class Connection implements Closeable, Input.Source {
  /** A wait's deadline is for so much at most, so that a slow network is no stall. */
  private static final int WRITE_BYTES = 256 * 1024;

  /** No wait is under way. */
  private static final long NONE = 0;

  /** Why it was closed, where no interrupt and no error did it. */
  private enum End {
    OVERDUE,
    CLOSED
  }

  private final SocketChannel channel;
  private final LongSupplier nanoTime;
  private final Buffers buffers;
  private final Consumer<Connection> onClose;
  private final AtomicReference<End> end = new AtomicReference<>();
  private volatile long deadline = NONE;
  private Wire wire;
  private @Nullable Input input;

  /** When all waits end, or NONE: then only {@link #patience} bounds each. */
  private long phaseEnd = NONE;

  /** Longest single wait, or NONE: then only {@link #phaseEnd} bounds them. */
  private long patience = NONE;

  private Connection(
      SocketChannel channel, LongSupplier nanoTime, Buffers buffers, Consumer<Connection> onClose) {
    this.channel = channel;
    this.nanoTime = nanoTime;
    this.buffers = buffers;
    this.onClose = onClose;
    this.wire = new PlainWire(channel);
  }

  /**
   * A connection that is not connected.
   *
   * @param buffers where its buffers come from, and go to when it is retired
   * @param onClose runs at the first {@link #close}, in the thread that closes
   */
  static Connection create(LongSupplier nanoTime, Buffers buffers, Consumer<Connection> onClose)
      throws IOException {
    return new Connection(SocketChannel.open(), nanoTime, buffers, onClose);
  }

  /** All that follows has to end at this time of the clock, until {@link #eachWithin}. */
  void allUntil(long time) {
    patience = NONE;
    endBy(time);
  }

  /** No wait goes on beyond this time of the clock, until {@link #eachWithin}. */
  void endBy(long time) {
    phaseEnd = time | 1;
  }

  /** All that follows may last so long together, until {@link #eachWithin}. */
  void allWithin(Duration patience) {
    allUntil(nanoTime.getAsLong() + patience.toNanos());
  }

  /** The same, and no longer than to that time of the clock. */
  void allWithin(Duration patience, long end) {
    long now = nanoTime.getAsLong();
    allUntil(now + Math.min(patience.toNanos(), end - now));
  }

  /** Each single wait may last so long from now on. */
  void eachWithin(Duration patience) {
    this.phaseEnd = NONE;
    this.patience = patience.toNanos();
  }

  void connect(InetSocketAddress address) throws IOException {
    arm();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      channel.connect(address);
    } catch (ClosedChannelException e) {
      throw why(e);
    } finally {
      deadline = NONE;
    }
  }

  void startTls(SSLEngine engine) throws IOException {
    arm();
    try {
      TlsWire tls = new TlsWire(channel, engine, buffers);
      wire = tls;
      tls.handshake();
      if (input != null) {
        input.retire(buffers);
        input = null;
      }
    } catch (ClosedChannelException e) {
      throw why(e);
    } finally {
      deadline = NONE;
    }
  }

  /** What comes in. */
  Input input() {
    if (input == null) {
      input = new Input(this, buffers.take(Input.bufferBytes(this)));
    }
    return input;
  }

  @Override
  public int readUnit() {
    return wire.readUnit();
  }

  @Override
  public int read(ByteBuffer destination) throws IOException {
    arm();
    try {
      return wire.read(destination);
    } catch (ClosedChannelException e) {
      throw why(e);
    } finally {
      deadline = NONE;
    }
  }

  /** Sends all that the buffers hold. */
  void write(ByteBuffer... pieces) throws IOException {
    int first = 0;
    while (first < pieces.length) {
      // As many buffers, or as much of one, as a wait is for.
      int room = WRITE_BYTES;
      int count = 0;
      ByteBuffer[] some = new ByteBuffer[pieces.length - first];
      while (room > 0 && first + count < pieces.length) {
        ByteBuffer piece = pieces[first + count];
        ByteBuffer part = piece.duplicate();
        if (part.remaining() > room) {
          part.limit(part.position() + room);
        }
        room -= part.remaining();
        piece.position(part.limit());
        some[count++] = part;
      }
      while (first < pieces.length && !pieces[first].hasRemaining()) {
        first++;
      }
      send(count == some.length ? some : Arrays.copyOf(some, count));
    }
  }

  private void send(ByteBuffer... pieces) throws IOException {
    arm();
    try {
      wire.write(pieces);
    } catch (ClosedChannelException e) {
      throw why(e);
    } finally {
      deadline = NONE;
    }
  }

  /** Waits for something to read, without harm when nothing comes; whether there is. */
  boolean awaitReadable(Duration atMost) throws IOException {
    if (input().hasBuffered()) {
      return true;
    }
    try {
      channel.configureBlocking(false);
      boolean readable;
      try (Selector selector = Selector.open()) {
        channel.register(selector, SelectionKey.OP_READ);
        readable = selector.select(Math.max(1, atMost.toMillis())) > 0;
      }
      // Closing the selector has taken the channel out of it.
      channel.configureBlocking(true);
      return readable;
    } catch (ClosedChannelException e) {
      throw why(e);
    }
  }

  /** Whether an unused connection may be used: neither closed by the server nor talking. */
  boolean isUsable() {
    if (!channel.isOpen() || (input != null && input.hasBuffered())) {
      return false;
    }
    try {
      channel.configureBlocking(false);
      boolean quiet = wire.isQuiet();
      channel.configureBlocking(true);
      return quiet;
    } catch (IOException e) {
      // Reset or closed meanwhile: what was asked for is known.
      return false;
    }
  }

  private void arm() {
    long until = phaseEnd;
    if (patience != NONE) {
      long each = nanoTime.getAsLong() + patience;
      until = phaseEnd == NONE || each - phaseEnd < 0 ? each : phaseEnd;
    }
    deadline = until | 1;
  }

  /** Closes it when a wait of its user is overdue. For the watchdog. */
  void closeIfOverdue(long now) {
    long until = deadline;
    if (until != NONE && now - until >= 0) {
      close(End.OVERDUE);
    }
  }

  private IOException why(ClosedChannelException e) {
    if (e instanceof ClosedByInterruptException) {
      return e;
    }
    End reason = end.get();
    if (reason == null) {
      return e;
    }
    // Without its cause, which says the same in the words of channels.
    return switch (reason) {
      case OVERDUE -> new SocketTimeoutException("no bytes in time");
      case CLOSED -> new SocketException("the connection was closed here");
    };
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** Closes at once, from any thread: what the server still sends is answered with a reset. */
  @Override
  public void close() {
    close(End.CLOSED);
  }

  /**
   * Closes it, by the one thread that may use it, and never does again: its buffers serve others.
   * Who only closes leaves them to the thread that may be reading into them.
   */
  void retire() {
    if (input != null) {
      input.retire(buffers);
    }
    wire.retire(buffers);
    close();
  }

  private void close(End reason) {
    if (!end.compareAndSet(null, reason)) {
      return;
    }
    // Before the channel: whoever waits on it goes on at once, and may count connections.
    onClose.accept(this);
    try {
      channel.close();
    } catch (IOException e) {
      // The descriptor is gone in any case; what was lost was not wanted any more.
      deadline = NONE;
    }
  }
}
