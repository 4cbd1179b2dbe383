package io.thins3.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import software.amazon.awssdk.http.Abortable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

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

  InterruptibleHttpClient(SdkHttpClient client) {
    this.client = client;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    ExecutableHttpRequest inner = client.prepareRequest(request);
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        Frame frame = new Frame(inner);
        HttpExecuteResponse response = frame.run(inner::call);
        return response
            .responseBody()
            .map(
                body ->
                    HttpExecuteResponse.builder()
                        .response(response.httpResponse())
                        .responseBody(
                            AbortableInputStream.create(new Body(body, new Frame(body)), body))
                        .build())
            .orElse(response);
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

  private static final class Body extends FilterInputStream {
    private final Frame frame;

    Body(InputStream in, Frame frame) {
      super(in);
      this.frame = frame;
    }

    @Override
    public int read() throws IOException {
      return frame.run(in::read);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return frame.run(() -> in.read(bytes, offset, length));
    }

    @Override
    public long skip(long n) throws IOException {
      return frame.run(() -> in.skip(n));
    }

    @Override
    public void close() throws IOException {
      // Closing an unread body reads its rest.
      frame.run(
          () -> {
            in.close();
            return true;
          });
    }
  }
}
