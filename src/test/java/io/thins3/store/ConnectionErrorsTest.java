package io.thins3.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.store.StoreException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.http.ConnectionClosedException;
import org.apache.http.HttpHost;
import org.apache.http.NoHttpResponseException;
import org.apache.http.ProtocolException;
import org.apache.http.client.ClientProtocolException;
import org.apache.http.conn.ConnectTimeoutException;
import org.apache.http.conn.ConnectionPoolTimeoutException;
import org.apache.http.conn.HttpHostConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Failures in which no answer came, as the HTTP client and the SDK throw them. */
class ConnectionErrorsTest {
  private final StoreErrors errors = new StoreErrors("bucket", "http://store:9000");

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new UnknownHostException("store"), Kind.UNREACHABLE, true, "not found"),
        Arguments.of(
            new HttpHostConnectException(
                new ConnectException("Connection refused (Connection refused)"),
                new HttpHost("store", 9000)),
            Kind.UNREACHABLE,
            true,
            "no connection: Connection refused (http://store:9000)"),
        Arguments.of(
            new ConnectTimeoutException(), Kind.UNREACHABLE, true, "no connection in time"),
        Arguments.of(
            new ConnectionPoolTimeoutException("pool"), Kind.TIMEOUT, true, "pool became free"),
        Arguments.of(
            new SocketTimeoutException("Read timed out"), Kind.TIMEOUT, true, "no bytes in time"),
        Arguments.of(
            new SocketException("Connection reset"), Kind.UNREACHABLE, true, "Connection reset"),
        Arguments.of(
            new NoHttpResponseException("x"), Kind.UNREACHABLE, true, "closed without an answer"),
        Arguments.of(new SSLException("bad record"), Kind.UNREACHABLE, true, "TLS failed"),
        Arguments.of(
            new SSLHandshakeException("PKIX").initCause(new CertificateException("untrusted")),
            Kind.UNREACHABLE,
            false,
            "certificate is not accepted: PKIX"),
        Arguments.of(
            new SSLHandshakeException("PKIX")
                .initCause(
                    new CertificateException("untrusted")
                        .initCause(new CertPathBuilderException("no path"))),
            Kind.UNREACHABLE,
            false,
            "no authority that is known here"),
        Arguments.of(new ConnectionClosedException(), Kind.BAD_RESPONSE, true, "cut short"),
        Arguments.of(new EOFException(), Kind.BAD_RESPONSE, true, "cut short"),
        Arguments.of(
            new ClientProtocolException(new ProtocolException("garbage")),
            Kind.BAD_RESPONSE,
            true,
            "the answer is not HTTP: garbage"),
        Arguments.of(
            new IOException("something\nelse"), Kind.UNREACHABLE, true, "something\\x0aelse"),
        Arguments.of(
            ApiCallTimeoutException.create(60_000), Kind.TIMEOUT, false, "no answer in time"),
        Arguments.of(
            new NoCredentialsException("nowhere", new IOException("metadata service")),
            Kind.NO_CREDENTIALS,
            false,
            "no credentials found: nowhere"),
        Arguments.of(new IllegalStateException("odd"), Kind.BAD_RESPONSE, false, "odd"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failure_bareOrWrappedByTheSdk_hasItsKind(
      Throwable failure, Kind kind, boolean passing, String words) {
    for (Throwable thrown :
        new Throwable[] {
          failure, SdkClientException.create("Unable to execute HTTP request: x", failure)
        }) {
      StoreException translated = errors.translate(S3Operation.GET, "k\u0001", "r", thrown);

      assertThat(translated.kind()).isEqualTo(kind);
      assertThat(translated)
          .hasMessageStartingWith("GET s3://bucket/k\\x01: ")
          .hasMessageContaining(words);
      assertThat(translated.status()).isZero();
      assertThat(translated.code()).isNull();
      assertThat(translated.getCause()).isSameAs(thrown);
      assertThat(StoreErrors.isPassing(thrown)).isEqualTo(passing);
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }

  static Stream<Throwable> interrupts() {
    return Stream.of(
        AbortedException.create("Thread was interrupted"),
        new ClosedByInterruptException(),
        new InterruptedException(),
        SdkClientException.create("x", new ClosedByInterruptException()));
  }

  @ParameterizedTest
  @MethodSource("interrupts")
  void interrupt_anyForm_isKeptAsStatus(Throwable interrupt) {
    StoreException translated = errors.translate(S3Operation.LIST, "", "r", interrupt);

    assertThat(translated.kind()).isEqualTo(Kind.INTERRUPTED);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    assertThat(StoreErrors.isPassing(interrupt)).isFalse();
  }

  @Test
  void causes_inARing_end() {
    IllegalStateException one = new IllegalStateException("one");
    IllegalStateException two = new IllegalStateException("two", one);
    one.initCause(two);

    assertThat(errors.translate(S3Operation.HEAD, "k", "r", one).kind())
        .isEqualTo(Kind.BAD_RESPONSE);
  }
}
