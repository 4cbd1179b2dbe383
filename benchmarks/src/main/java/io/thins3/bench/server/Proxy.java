package io.thins3.bench.server;

import io.thins3.bench.result.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP proxy on the loopback interface before a plain-http S3 server. It counts requests and
 * bytes, and hands every byte on late: half of the added round trip in each direction. Bandwidth is
 * not limited. Opening a connection is not delayed.
 *
 * <p>Two threads a connection, four with a delay: clients open tens of connections, not thousands.
 */
public final class Proxy implements AutoCloseable {
  private final ServerSocketChannel listener;
  private final InetSocketAddress server;
  private final long oneWayNanos;
  private final Pipe.Buffers buffers = new Pipe.Buffers();
  private final TrafficCounter counter = new TrafficCounter();
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  private Proxy(ServerSocketChannel listener, InetSocketAddress server, long oneWayNanos) {
    this.listener = listener;
    this.server = server;
    this.oneWayNanos = oneWayNanos;
  }

  /**
   * Starts a proxy on a free port.
   *
   * @param endpoint of the server, http
   * @param roundTrip that is added, 0 for none
   */
  public static Proxy start(URI endpoint, Duration roundTrip) throws IOException {
    int port = endpoint.getPort() < 0 ? 80 : endpoint.getPort();
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    Proxy proxy =
        new Proxy(
            listener, new InetSocketAddress(endpoint.getHost(), port), roundTrip.toNanos() / 2);
    daemon("proxy", proxy::accept);
    return proxy;
  }

  /** The address to give to clients. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.socket().getLocalPort());
  }

  /** What has passed so far. */
  public Traffic traffic() {
    return counter.snapshot();
  }

  private interface Task {
    void run() throws IOException, InterruptedException;
  }

  private static void daemon(String name, Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // A connection that ends early is the peers' affair: both sides see it closed.
                return;
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (listener.isOpen()) {
      SocketChannel client = listener.accept();
      open.add(client);
      daemon("proxy connection", () -> connect(client));
    }
  }

  private void connect(SocketChannel client) throws IOException {
    SocketChannel store;
    try {
      store = SocketChannel.open(server);
    } catch (IOException e) {
      close(client);
      throw e;
    }
    open.add(store);
    client.setOption(StandardSocketOptions.TCP_NODELAY, true);
    store.setOption(StandardSocketOptions.TCP_NODELAY, true);
    RequestReader requests = new RequestReader(counter::request);
    Pipe upstream =
        new Pipe(client, store, oneWayNanos, buffers, bytes -> watchRequests(bytes, requests));
    Pipe downstream =
        new Pipe(store, client, oneWayNanos, buffers, b -> counter.bytesFromStore(b.remaining()));
    for (Pipe pipe : new Pipe[] {upstream, downstream}) {
      daemon("proxy reader", () -> closing(client, store, pipe::read, pipe == downstream));
      if (pipe.delays()) {
        daemon("proxy writer", () -> closing(client, store, pipe::deliver, pipe == downstream));
      }
    }
  }

  private void watchRequests(ByteBuffer bytes, RequestReader requests) {
    counter.bytesToStore(bytes.remaining());
    requests.accept(bytes);
  }

  /**
   * Runs one side of a pipe. A failure closes both sockets; so does the delivered end of the
   * answers, because no client of ours goes on after it.
   */
  private void closing(SocketChannel client, SocketChannel store, Task task, boolean answers)
      throws IOException, InterruptedException {
    boolean failed = true;
    try {
      task.run();
      failed = false;
    } finally {
      if (failed || (answers && client.socket().isOutputShutdown())) {
        close(client);
        close(store);
      }
    }
  }

  private void close(SocketChannel channel) throws IOException {
    open.remove(channel);
    channel.close();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (SocketChannel channel : open) {
      channel.close();
    }
  }
}
