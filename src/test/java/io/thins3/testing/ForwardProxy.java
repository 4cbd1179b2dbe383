package io.thins3.testing;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP proxy for GET, HEAD and CONNECT in front of one server, whatever host is asked for: so
 * that a name that nobody can look up is reached through it and in no other way. One request a
 * connection.
 */
public final class ForwardProxy implements AutoCloseable {
  private final URI target;
  private final SocketServer server;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();

  /** Starts one. */
  public ForwardProxy(URI target) throws IOException {
    this.target = target;
    this.server = SocketServer.start(this::serve);
  }

  /** Where it listens. */
  public URI endpoint() {
    return server.endpoint();
  }

  /** Method and whole address of the requests so far. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** What they said in Proxy-Authorization, or "". */
  public List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  private void serve(SocketServer.Peer client) throws IOException {
    String head = client.head();
    if (head.isEmpty()) {
      return;
    }
    // GET http://host:port/path HTTP/1.1
    String[] line = head.substring(0, head.indexOf("\r\n")).split(" ", -1);
    requests.add(line[0] + " " + line[1]);
    authorizations.add(authorization(head));
    if (line[0].equals("CONNECT")) {
      tunnel(client);
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
    try (Socket store = new Socket(target.getHost(), target.getPort())) {
      store.getOutputStream().write(sent.toString().getBytes(StandardCharsets.ISO_8859_1));
      store.getInputStream().transferTo(client.out());
    }
  }

  private void tunnel(SocketServer.Peer client) throws IOException {
    try (Socket store = new Socket(target.getHost(), target.getPort())) {
      client.send("HTTP/1.1 200 Connection established\r\n\r\n");
      client.sendTo(store);
      store.getInputStream().transferTo(client.out());
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

  @Override
  public void close() throws IOException {
    server.close();
  }
}
