package io.thins3.store;

import io.thins3.store.http.Admission;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.time.Duration;
import software.amazon.awssdk.http.Abortable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Lets {@link Thread#interrupt} end a request at once. A thread that waits in a plain socket's
 * connect or read does not notice an interrupt, so an interrupted call would last until its
 * timeout. The JDK's frame for interruptible I/O ({@link AbstractInterruptibleChannel}) runs a
 * close method in the thread that interrupts; ours aborts the request, which closes its connection.
 *
 * <p>Name look-ups are the one wait that cannot be ended: the resolver's own timeout bounds them.
 */
final class InterruptibleHttpClient implements SdkHttpClient {
  private final SdkHttpClient client;
  private final Admission admission;
  private final Duration patience;

  /**
   * Wraps a client.
   *
   * @param admission decides how many requests are under way at once
   * @param patience longest wait for that
   */
  InterruptibleHttpClient(SdkHttpClient client, Admission admission, Duration patience) {
    this.client = client;
    this.admission = admission;
    this.patience = patience;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    ExecutableHttpRequest inner = client.prepareRequest(request);
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        Frame frame = new Frame(inner);
        Admission.Permit permit = admission.acquire(patience);
        boolean follows = false;
        try {
          HttpExecuteResponse response = frame.run(inner::call);
          permit.answered(response.httpResponse().statusCode());
          AbortableInputStream body = response.responseBody().orElse(null);
          if (body == null) {
            return response;
          }
          follows = true;
          return HttpExecuteResponse.builder()
              .response(response.httpResponse())
              .responseBody(body(body, length(response.httpResponse()), permit))
              .build();
        } finally {
          if (!follows) {
            permit.release();
          }
        }
      }

      @Override
      public void abort() {
        inner.abort();
      }
    };
  }

  @Override
  public String clientName() {
    return client.clientName();
  }

  @Override
  public void close() {
    client.close();
  }

  private static AbortableInputStream body(
      AbortableInputStream body, long length, Admission.Permit permit) {
    return AbortableInputStream.create(
        new Body(body, length, permit),
        () -> {
          body.abort();
          permit.release();
        });
  }

  private static long length(SdkHttpResponse response) {
    return response
        .firstMatchingHeader("Content-Length")
        .filter(digits -> digits.matches("[0-9]{1,18}"))
        .map(Long::parseLong)
        .orElse(0L);
  }

  @FunctionalInterface
  private interface Io<T> {
    T run() throws IOException;
  }

  /** Blocking operations of one request; an interrupt in one of them aborts the request. */
  private static final class Frame extends AbstractInterruptibleChannel {
    private final Abortable target;

    Frame(Abortable target) {
      this.target = target;
    }

    <T> T run(Io<T> operation) throws IOException {
      T result;
      begin();
      try {
        result = operation.run();
      } catch (IOException | RuntimeException e) {
        try {
          // Throws ClosedByInterruptException when the interrupt is what ended the operation.
          end(false);
        } catch (IOException interrupted) {
          interrupted.addSuppressed(e);
          throw interrupted;
        }
        throw e;
      }
      end(true);
      return result;
    }

    @Override
    protected void implCloseChannel() {
      target.abort();
    }
  }

  /**
   * Closing the SDK's stream before its end reads the rest, so that the connection can be used
   * again. Whoever closes early here gave up, and must not wait for that: the SDK itself does so
   * when an interrupt arrives between two reads. Then the connection is closed.
   */
  private static final class Body extends FilterInputStream {
    private final Frame frame;
    private final Abortable request;
    private final long length;
    private final Admission.Permit permit;
    private long read;

    /**
     * Wraps a body.
     *
     * @param length from Content-Length, or 0 when only the last chunk tells
     */
    Body(AbortableInputStream body, long length, Admission.Permit permit) {
      super(body);
      this.frame = new Frame(body);
      this.request = body;
      this.length = length;
      this.permit = permit;
    }

    @Override
    public int read() throws IOException {
      int result = frame.run(in::read);
      read += result < 0 ? 0 : 1;
      releaseAtEnd(result);
      return result;
    }

    @Override
    public int read(byte[] bytes, int offset, int size) throws IOException {
      int count = frame.run(() -> in.read(bytes, offset, size));
      read += Math.max(0, count);
      releaseAtEnd(count);
      return count;
    }

    private void releaseAtEnd(int result) {
      if (result < 0) {
        permit.release();
      }
    }

    @Override
    public long skip(long n) throws IOException {
      long skipped = frame.run(() -> in.skip(n));
      read += skipped;
      return skipped;
    }

    @Override
    public void close() throws IOException {
      permit.release();
      if (read < length) {
        request.abort();
      }
      frame.run(
          () -> {
            in.close();
            return true;
          });
    }
  }
}
