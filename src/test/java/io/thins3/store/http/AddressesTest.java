package io.thins3.store.http;

import static io.thins3.store.http.Clients.LONG;
import static io.thins3.store.http.Clients.get;
import static io.thins3.store.http.Clients.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.testing.SocketServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names with several addresses, and name servers that fail. */
@Timeout(120)
class AddressesTest {
  private final AtomicLong now = new AtomicLong(1000);
  private final AddressBook book = new AddressBook(now::get);

  private static InetAddress loopback(int last) {
    try {
      return InetAddress.getByAddress("several", new byte[] {127, 0, 0, (byte) last});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static final List<InetAddress> THREE = List.of(loopback(1), loopback(2), loopback(3));

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void connections_manyToOneName_areSpreadEvenly() {
    AtomicInteger[] counts = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
    for (int i = 0; i < 12; i++) {
      InetAddress next = book.inOrder(THREE).get(0);
      book.opened(next);
      counts[next.getAddress()[3] - 1].incrementAndGet();
    }

    assertThat(counts).extracting(AtomicInteger::get).containsExactly(4, 4, 4);
    book.closed(loopback(2));
    assertThat(book.inOrder(THREE).get(0)).isEqualTo(loopback(2));
  }

  @Test
  void failedAddress_isLastForAWhile() {
    book.opened(loopback(1));
    book.opened(loopback(2));
    book.failed(loopback(3));

    assertThat(book.inOrder(THREE).get(2)).isEqualTo(loopback(3));
    pass(AddressBook.AVOIDED);
    assertThat(book.inOrder(THREE).get(0)).isEqualTo(loopback(3));
  }

  @Test
  void failedAddress_thatAnswers_isForgiven() {
    book.opened(loopback(1));
    book.opened(loopback(2));
    book.failed(loopback(3));
    book.answered(loopback(3));

    assertThat(book.inOrder(THREE).get(0)).isEqualTo(loopback(3));
  }

  @Test
  void names_areBelievedForAWhile() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    NameService names =
        new NameService(
            host -> new InetAddress[] {loopback(asked.incrementAndGet())}, Runnable::run, now::get);

    assertThat(names.addresses("several", now.get() + 1)).containsExactly(loopback(1));
    assertThat(names.addresses("several", now.get() + 1)).containsExactly(loopback(1));
    pass(NameService.BELIEVED);
    assertThat(names.addresses("several", now.get() + 1)).containsExactly(loopback(2));
  }

  @Test
  void nameServer_thatFails_leavesTheLastAddresses() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    NameService names =
        new NameService(
            host -> {
              if (asked.incrementAndGet() > 1) {
                throw new UnknownHostException(host);
              }
              return new InetAddress[] {loopback(1)};
            },
            Runnable::run,
            now::get);

    names.addresses("several", now.get() + 1);
    pass(NameService.BELIEVED);

    assertThat(names.addresses("several", now.get() + 1)).containsExactly(loopback(1));
    assertThat(asked).hasValue(2);
    assertThatThrownBy(() -> names.addresses("other", now.get() + 1))
        .isInstanceOf(UnknownHostException.class)
        .hasMessage("other");
  }

  private static void throwAtFirst(AtomicInteger calls) {
    if (calls.incrementAndGet() == 1) {
      throw new OutOfMemoryError("unable to create native thread");
    }
  }

  private void assertSecondLookUpSucceeds(NameService names) throws Exception {
    assertThatThrownBy(() -> names.addresses("several", now.get() + 1))
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("several")
        .hasMessageContaining("unable to create native thread");
    assertThat(names.addresses("several", now.get() + 1)).containsExactly(loopback(1));
  }

  @Test
  void noThreadForALookUp_nextLookUpSucceeds() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    assertSecondLookUpSucceeds(
        new NameService(
            host -> new InetAddress[] {loopback(1)},
            task -> {
              throwAtFirst(calls);
              task.run();
            },
            now::get));
  }

  @Test
  void resolverWithoutMemory_nextLookUpSucceeds() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    assertSecondLookUpSucceeds(
        new NameService(
            host -> {
              throwAtFirst(calls);
              return new InetAddress[] {loopback(1)};
            },
            Runnable::run,
            now::get));
  }

  @Test
  void nameServer_thatHangs_isATimeout() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    HttpLimits limits =
        new HttpLimits(Clients.SHORT, LONG, LONG, LONG, 8, HttpLimits.IDLE, HttpLimits.LIFETIME);
    try (HttpClient client = client(limits, host -> hang(end))) {
      assertThatThrownBy(() -> client.execute(get(new Origin(false, "several", 80))))
          .isInstanceOf(ConnectTimeoutException.class);
    } finally {
      end.countDown();
    }
  }

  private static InetAddress[] hang(CountDownLatch end) throws UnknownHostException {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new UnknownHostException("several");
  }

  private static HttpClient client(HttpLimits limits, NameService.Resolver resolver) {
    return new HttpClient(
        limits,
        ProxySettings.none(),
        TlsSettings.ofRuntime(),
        new FixedAdmission(limits.connections()),
        "named",
        resolver,
        System::nanoTime);
  }

  @Test
  void deadAddresses_amongOthers_areNotNoticed() throws Exception {
    try (SocketServer server =
            SocketServer.start(
                new ServerSocket(0, 50, loopback(2)), SocketServer.answering("hello"));
        HttpClient client =
            client(HttpLimits.of(LONG, LONG, 8), host -> THREE.toArray(InetAddress[]::new))) {
      Origin origin = new Origin(false, "several", server.port());
      List<HttpResponse> held = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        held.add(client.execute(get(origin)));
      }
      for (HttpResponse response : held) {
        assertThat(text(response)).isEqualTo("hello");
      }

      assertThat(server.accepted()).isBetween(1, 6);
      assertThat(server.heads.get(0)).contains("Host: several:" + server.port());
    }
  }

  @Test
  void liveAddresses_shareTheConnections() throws Exception {
    try (SocketServer one =
            SocketServer.start(
                new ServerSocket(0, 50, loopback(1)), SocketServer.answering("hello"));
        SocketServer two =
            SocketServer.start(
                new ServerSocket(one.port(), 50, loopback(2)), SocketServer.answering("hello"));
        HttpClient client =
            client(
                HttpLimits.of(LONG, LONG, 8),
                host -> new InetAddress[] {loopback(1), loopback(2)})) {
      Origin origin = new Origin(false, "several", one.port());
      List<HttpResponse> held = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        HttpResponse response = client.execute(get(origin));
        assertThat(response.status()).isEqualTo(200);
        held.add(response);
      }

      // Unread answers hold their connections, so that there are four.
      assertThat(one.accepted()).isEqualTo(2);
      assertThat(two.accepted()).isEqualTo(2);
      for (HttpResponse response : held) {
        assertThat(text(response)).isEqualTo("hello");
      }
    }
  }

  /** Each idle connection to it would cost a request its whole first-byte deadline. */
  @Test
  void addressThatHangs_itsIdleConnectionsAreLeftAtTheFirstTimeout() throws Exception {
    AtomicBoolean hanging = new AtomicBoolean();
    SocketServer.Script mayHang =
        peer -> {
          while (!peer.head().isEmpty()) {
            if (hanging.get()) {
              peer.stall();
            }
            peer.answer("hello");
          }
        };
    HttpLimits limits =
        new HttpLimits(LONG, Clients.SHORT, LONG, LONG, 8, HttpLimits.IDLE, HttpLimits.LIFETIME);
    try (SocketServer one =
            SocketServer.start(
                new ServerSocket(0, 50, loopback(1)), SocketServer.answering("hello"));
        SocketServer two =
            SocketServer.start(new ServerSocket(one.port(), 50, loopback(2)), mayHang);
        HttpClient client = client(limits, host -> new InetAddress[] {loopback(1), loopback(2)})) {
      Origin origin = new Origin(false, "several", one.port());
      hold(client, origin, 8);
      assertThat(client.idleConnections()).isEqualTo(8);
      assertThat(two.accepted()).isEqualTo(4);

      hanging.set(true);
      int timeouts = 0;
      for (int round = 0; round < 8; round++) {
        try {
          hold(client, origin, 8);
        } catch (SocketTimeoutException e) {
          timeouts++;
        }
      }

      assertThat(timeouts).isEqualTo(1);
    }
  }

  /** Some answers at once, each of which holds its connection, and then their bodies. */
  private static void hold(HttpClient client, Origin origin, int count) throws Exception {
    List<HttpResponse> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(client.execute(get(origin)));
      }
    } finally {
      for (HttpResponse response : held) {
        assertThat(text(response)).isEqualTo("hello");
      }
    }
  }
}
