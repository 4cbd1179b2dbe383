package io.thins3.store;

import static io.thins3.store.StoreException.Kind.BAD_RESPONSE;
import static io.thins3.store.StoreException.Kind.INTERRUPTED;
import static io.thins3.store.StoreException.Kind.LOCAL_FAILURE;
import static io.thins3.store.StoreException.Kind.NO_CREDENTIALS;
import static io.thins3.store.StoreException.Kind.THROTTLED;
import static io.thins3.store.StoreException.Kind.TIMEOUT;
import static io.thins3.store.StoreException.Kind.UNREACHABLE;

import io.thins3.store.StoreException.Kind;
import io.thins3.store.http.ConnectTimeoutException;
import io.thins3.store.http.HttpProtocolException;
import io.thins3.store.http.NoResponseException;
import io.thins3.store.http.PoolTimeoutException;
import io.thins3.store.http.ProxyRefusedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.http.ConnectionClosedException;
import org.apache.http.NoHttpResponseException;
import org.apache.http.ProtocolException;
import org.apache.http.TruncatedChunkException;
import org.apache.http.conn.ConnectionPoolTimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/**
 * Reads the failures in which no answer came: looks for the most telling exception of the chain of
 * causes.
 */
final class ConnectionErrors {
  /** No chain of causes is that long; it may be a ring. */
  private static final int LONGEST_CHAIN = 20;

  private ConnectionErrors() {}

  /** Diagnoses any failure that is not an answer of the store. */
  static Diagnosis diagnose(Throwable failure) {
    Diagnosis found = null;
    Throwable innermost = failure;
    Throwable link = failure;
    for (int i = 0; link != null && i < LONGEST_CHAIN; i++, link = link.getCause()) {
      innermost = link;
      Diagnosis next = ofLink(link);
      // The innermost says most: "connection refused" rather than "attempt failed".
      if (next != null) {
        found = next;
        if (isFinal(next.kind())) {
          break;
        }
      }
    }
    return found != null
        ? found
        : of(
            BAD_RESPONSE,
            "unexpected " + innermost.getClass().getSimpleName() + words(innermost),
            false);
  }

  private static boolean isFinal(Kind kind) {
    return kind == INTERRUPTED || kind == NO_CREDENTIALS || kind == LOCAL_FAILURE;
  }

  private static @Nullable Diagnosis ofLink(Throwable link) {
    if (link instanceof AbortedException
        || link instanceof ClosedByInterruptException
        || link instanceof InterruptedException) {
      return of(INTERRUPTED, "interrupted", false);
    }
    if (link instanceof ContentException) {
      Throwable cause = link.getCause();
      return of(LOCAL_FAILURE, link.getMessage() + (cause == null ? "" : words(cause)), false);
    }
    if (link instanceof NoCredentialsException) {
      return of(NO_CREDENTIALS, "no credentials found" + words(link), false);
    }
    if (link instanceof ApiCallTimeoutException || link instanceof ApiCallAttemptTimeoutException) {
      return of(TIMEOUT, "no answer in time", link instanceof ApiCallAttemptTimeoutException);
    }
    if (link instanceof ProtocolException || link instanceof HttpProtocolException) {
      // One connection went wrong, at a proxy perhaps; the next may be well. Whoever is no HTTP
      // server at all is asked --max-attempts times, and once when a mount begins.
      return of(BAD_RESPONSE, "the answer is not HTTP" + words(link), true);
    }
    return link instanceof IOException io ? ofIo(io) : null;
  }

  private static Diagnosis ofIo(IOException e) {
    if (e instanceof UnknownHostException) {
      return of(UNREACHABLE, "host name not found", true);
    }
    if (e instanceof SSLException) {
      return isRefusedCertificate(e)
          ? of(UNREACHABLE, refusedCertificate(e), false)
          : of(UNREACHABLE, "TLS failed" + words(e), true);
    }
    if (e instanceof ThrottledException) {
      return of(THROTTLED, String.valueOf(e.getMessage()), true);
    }
    if (e instanceof ConnectionPoolTimeoutException || e instanceof PoolTimeoutException) {
      return of(TIMEOUT, "no connection of the pool became free in time", true);
    }
    if (e instanceof ConnectTimeoutException
        || e instanceof org.apache.http.conn.ConnectTimeoutException) {
      return of(UNREACHABLE, "no connection in time", true);
    }
    if (e instanceof SocketTimeoutException) {
      return of(TIMEOUT, "no bytes in time", true);
    }
    if (e instanceof ProxyRefusedException) {
      return of(UNREACHABLE, String.valueOf(e.getMessage()), true);
    }
    if (e instanceof ConnectException || e instanceof NoRouteToHostException) {
      return of(UNREACHABLE, "no connection: " + reason(e), true);
    }
    if (e instanceof ConnectionClosedException
        || e instanceof TruncatedChunkException
        || e instanceof EOFException) {
      return of(BAD_RESPONSE, "the answer was cut short", true);
    }
    if (e instanceof NoHttpResponseException || e instanceof NoResponseException) {
      return of(UNREACHABLE, "the connection was closed without an answer", true);
    }
    if (e instanceof SocketException || e instanceof InterruptedIOException) {
      return of(UNREACHABLE, "the connection broke" + words(e), true);
    }
    return of(UNREACHABLE, e.getClass().getSimpleName() + words(e), true);
  }

  /** A certificate that is not trusted stays so; other failures of a handshake pass. */
  private static boolean isRefusedCertificate(IOException e) {
    Throwable link = e;
    for (int i = 0; link != null && i < LONGEST_CHAIN; i++, link = link.getCause()) {
      if (link instanceof CertificateException || link instanceof SSLPeerUnverifiedException) {
        return true;
      }
    }
    return false;
  }

  /** In the JDK's own words an unknown authority is a failed path building. */
  private static String refusedCertificate(IOException e) {
    Throwable link = e;
    for (int i = 0; link != null && i < LONGEST_CHAIN; i++, link = link.getCause()) {
      if (link instanceof CertPathBuilderException) {
        return "its TLS certificate comes from no authority that is known here; name that"
            + " authority's certificate with --ca-bundle";
      }
    }
    return "its TLS certificate is not accepted" + words(e);
  }

  private static Diagnosis of(Kind kind, String text, boolean passing) {
    return new Diagnosis(kind, 0, null, null, text, passing);
  }

  /** The last part of "Connect to host:port [addresses] failed: reason (reason)". */
  private static String reason(IOException e) {
    String message = String.valueOf(e.getMessage());
    int reason = message.lastIndexOf("failed: ");
    String text = reason < 0 ? message : message.substring(reason + "failed: ".length());
    int repeated = text.indexOf(" (");
    return Printable.message(repeated < 0 ? text : text.substring(0, repeated));
  }

  private static String words(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? "" : ": " + Printable.message(message);
  }
}
