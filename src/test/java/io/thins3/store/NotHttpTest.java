package io.thins3.store;

import static io.thins3.store.StoreFixture.QUICK;
import static io.thins3.store.StoreFixture.SOME;
import static io.thins3.store.StoreFixture.by;
import static io.thins3.store.StoreFixture.failure;
import static io.thins3.store.StoreFixture.mount;
import static io.thins3.store.StoreFixture.open;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.config.HttpClientKind;
import io.thins3.store.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A proxy or server that went wrong and says, in place of an answer, what is not HTTP. */
@Timeout(120)
class NotHttpTest {
  private static final String LISTING =
      "<ListBucketResult><Name>bucket</Name><IsTruncated>false</IsTruncated></ListBucketResult>";
  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: "
          + LISTING.length()
          + "\r\n\r\n"
          + LISTING;
  private static final String GARBAGE = "\u0001\u0002 what is this?\r\n\r\n";

  private final ServerSocket listener;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger broken = new AtomicInteger();

  /** The requests from one to another, both counted from 1, are answered with garbage. */
  private volatile int firstBad;

  private volatile int lastBad;

  NotHttpTest() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
  }

  private interface Io {
    void run() throws IOException;
  }

  private void daemon(Io body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (IOException e) {
                broken.incrementAndGet(); // the client is done with this connection
              }
            },
            "not-http");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      connections.incrementAndGet();
      daemon(() -> serve(client));
    }
  }

  private void serve(Socket client) throws IOException {
    try (client) {
      while (hasRequest(client.getInputStream())) {
        int number = requests.incrementAndGet();
        boolean bad = number >= firstBad && number <= lastBad;
        client.getOutputStream().write((bad ? GARBAGE : ANSWER).getBytes(ISO_8859_1));
        if (bad) {
          return;
        }
      }
    }
  }

  private static boolean hasRequest(InputStream in) throws IOException {
    int newlines = 0;
    while (newlines < 2) {
      int b = in.read();
      if (b < 0) {
        return false;
      }
      newlines = b == '\n' ? newlines + 1 : b == '\r' ? newlines : 0;
    }
    return true;
  }

  private S3ObjectStore store(HttpClientKind client) {
    URI endpoint = URI.create("http://127.0.0.1:" + listener.getLocalPort());
    return open(by(client, mount(endpoint, "bucket", "", SOME)), QUICK);
  }

  @ParameterizedTest
  @EnumSource
  void garbage_onAUsedConnection_isTriedAgainOnANewOne(HttpClientKind client) throws Exception {
    firstBad = 2;
    lastBad = 2;
    try (S3ObjectStore store = store(client)) {
      assertThat(store.list(ListRequest.directory("")).isEmpty()).isTrue();
      assertThat(store.list(ListRequest.directory("")).isEmpty()).isTrue();

      assertThat(requests).hasValue(3);
      assertThat(connections).hasValue(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void garbage_onNewConnections_isTriedAgain(HttpClientKind client) throws Exception {
    firstBad = 1;
    lastBad = QUICK.attempts() - 1;
    try (S3ObjectStore store = store(client)) {
      assertThat(store.list(ListRequest.directory("")).isEmpty()).isTrue();

      assertThat(requests).hasValue(QUICK.attempts());
    }
  }

  @ParameterizedTest
  @EnumSource
  void garbage_always_isAnErrorAfterTheLastAttempt(HttpClientKind client) {
    firstBad = 1;
    lastBad = Integer.MAX_VALUE;
    try (S3ObjectStore store = store(client)) {
      StoreException failure = failure(() -> store.list(ListRequest.directory("")));

      assertThat(failure.kind()).isEqualTo(Kind.BAD_RESPONSE);
      assertThat(failure).hasMessageStartingWith("LIST s3://bucket/: the answer is not HTTP: ");
      assertThat(failure.getMessage()).doesNotContain("\u0001");
      assertThat(requests).hasValue(QUICK.attempts());
    }
  }
}
