package io.thins3.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * An HTTP server that answers what a test has written down, for answers that a real server does not
 * give on demand. Queued answers come first, one a request; then the standing one.
 */
public final class ScriptedS3 implements AutoCloseable {
  /** A request as it came. {@code target} is the undecoded path and query. */
  public record Request(String method, String target, Map<String, String> headers) {}

  /** Writes an answer. */
  @FunctionalInterface
  public interface Answer {
    /** Sends headers and body; the exchange is closed afterwards. */
    void send(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads;
  private final Queue<Answer> next = new ConcurrentLinkedQueue<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private volatile Function<Request, Answer> standing =
      request -> error(501, "NotImplemented", "nothing is scripted for this");

  private ScriptedS3() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "scripted-s3");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  /** Starts one. */
  public static ScriptedS3 start() {
    try {
      return new ScriptedS3();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The answer to whatever is not queued for. */
  public ScriptedS3 always(Answer answer) {
    return answering(request -> answer);
  }

  /** Answers by the request, for whatever is not queued for. */
  public ScriptedS3 answering(Function<Request, Answer> script) {
    standing = script;
    return this;
  }

  /** Answers for the next requests, in order. */
  public ScriptedS3 then(Answer... answers) {
    next.addAll(List.of(answers));
    return this;
  }

  /** What came so far. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** An answer with a body. */
  public static Answer answer(int status, Map<String, String> headers, byte[] body) {
    return exchange -> {
      headers.forEach(exchange.getResponseHeaders()::set);
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(status, -1);
        return;
      }
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    };
  }

  /** An error as S3 sends it. */
  public static Answer error(int status, String code, String message) {
    return error(status, code, message, Map.of());
  }

  /** An error as S3 sends it, with headers. */
  public static Answer error(int status, String code, String message, Map<String, String> more) {
    Map<String, String> headers = new LinkedHashMap<>(more);
    headers.put("x-amz-request-id", "SCRIPTED");
    headers.put("Content-Type", "application/xml");
    String xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>%s</Message></Error>"
            .formatted(code, message);
    return answer(status, headers, xml.getBytes(StandardCharsets.UTF_8));
  }

  /** A listing that is empty and the last. */
  public static Answer emptyListing() {
    return listing("");
  }

  /** A listing, from the XML within ListBucketResult; the last page unless that says otherwise. */
  public static Answer listing(String inner) {
    String xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult"
            + " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>bucket</Name>"
            + (inner.contains("IsTruncated") ? "" : "<IsTruncated>false</IsTruncated>")
            + inner
            + "</ListBucketResult>";
    return answer(
        200, Map.of("Content-Type", "application/xml"), xml.getBytes(StandardCharsets.UTF_8));
  }

  /** The answer to a range of an object: {@code body} from {@code offset}, of {@code size}. */
  public static Answer range(String etag, long offset, long size, byte[] body) {
    return answer(
        206,
        Map.of(
            "ETag",
            etag,
            "Last-Modified",
            "Mon, 02 Feb 2026 03:04:05 GMT",
            "Content-Range",
            "bytes %d-%d/%d".formatted(offset, offset + body.length - 1, size)),
        body);
  }

  /** No answer: the connection is closed. */
  public static Answer hangUp() {
    return HttpExchange::close;
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      Map<String, String> headers = new LinkedHashMap<>();
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
      Request request =
          new Request(exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers);
      requests.add(request);
      Answer answer = next.poll();
      (answer == null ? standing.apply(request) : answer).send(exchange);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
