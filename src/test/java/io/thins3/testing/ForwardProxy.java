package io.thins3.testing;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP proxy for GET, HEAD and CONNECT in front of one server, whatever host is asked for: so
 * that a name that nobody can look up is reached through it and in no other way. One request a
 * connection.
 */
public final class ForwardProxy implements AutoCloseable {
  private final URI target;
  private final ServerSocket listener;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final AtomicInteger broken = new AtomicInteger();
  private final Set<Closeable> open = ConcurrentHashMap.newKeySet();

  /** Starts one. */
  public ForwardProxy(URI target) {
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

  /** Method and whole address of the requests so far. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** What they said in Proxy-Authorization, or "". */
  public List<String> authorizations() {
    return List.copyOf(authorizations);
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
                broken.incrementAndGet(); // one side went away: so does the other
              }
            },
            "forward-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      open.add(client);
      run(() -> serve(client));
    }
  }

  private void serve(Socket client) throws IOException {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      String head = head(in);
      if (head.isEmpty()) {
        return;
      }
      authorizations.add(authorization(head));
      // GET http://host:port/path HTTP/1.1
      String[] line = head.substring(0, head.indexOf("\r\n")).split(" ", -1);
      requests.add(line[0] + " " + line[1]);
      if (line[0].equals("CONNECT")) {
        tunnel(client, in);
        return;
      }
      URI asked = URI.create(line[1]);
      String path = line[1].substring(line[1].indexOf(asked.getRawPath(), "http://".length()));
      StringBuilder sent = new StringBuilder(line[0] + " " + path + " HTTP/1.1\r\n");
      for (String field : head.substring(head.indexOf("\r\n") + 2).split("\r\n", -1)) {
        if (!field.isEmpty() && !field.regionMatches(true, 0, "Connection:", 0, 11)) {
          sent.append(field).append("\r\n");
        }
      }
      sent.append("Connection: close\r\n\r\n");
      try (Socket server = new Socket(target.getHost(), target.getPort())) {
        open.add(server);
        server.getOutputStream().write(sent.toString().getBytes(StandardCharsets.ISO_8859_1));
        server.getInputStream().transferTo(client.getOutputStream());
        open.remove(server);
      }
    } finally {
      open.remove(client);
    }
  }

  private void tunnel(Socket client, InputStream in) throws IOException {
    try (Socket server = new Socket(target.getHost(), target.getPort())) {
      open.add(server);
      client
          .getOutputStream()
          .write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      run(
          () -> {
            in.transferTo(server.getOutputStream());
            server.shutdownOutput();
          });
      server.getInputStream().transferTo(client.getOutputStream());
      open.remove(server);
    }
  }

  private static String authorization(String head) {
    for (String field : head.split("\r\n", -1)) {
      if (field.regionMatches(true, 0, "Proxy-Authorization: ", 0, 21)) {
        return field.substring(21);
      }
    }
    return "";
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        return "";
      }
      head.append((char) b);
    }
    return head.toString();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Closeable one : open) {
      one.close();
    }
  }
}
