package io.thins3.store;

import io.thins3.store.http.RequestBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import org.jspecify.annotations.Nullable;

/** A {@link Content} as the body of a request, straight to the socket. */
record ContentBody(Content content) implements RequestBody {
  @Override
  public long length() {
    return content.length();
  }

  @Override
  public void writeTo(Sink sink) throws IOException {
    Checked checked = new Checked(sink, content.length());
    checked.writeAll(content);
  }

  /** Tells failures of the network from those of the content, which another try does not mend. */
  static final class Checked implements Content.Sink {
    private final RequestBody.Sink sink;
    private long left;
    private @Nullable IOException failure;

    Checked(RequestBody.Sink sink, long length) {
      this.sink = sink;
      this.left = length;
    }

    void writeAll(Content content) throws IOException {
      try {
        content.writeTo(this);
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (IOException e) {
        if (failure != null) {
          throw e;
        }
        throw new ContentException("what is to be uploaded cannot be read", e);
      }
      if (left != 0) {
        throw new ContentException("what is to be uploaded lacks " + left + " bytes");
      }
    }

    @Override
    public void write(ByteBuffer... pieces) throws IOException {
      for (ByteBuffer piece : pieces) {
        left -= piece.remaining();
      }
      if (left < 0) {
        // On the wire it would be the next request.
        throw new ContentException("what is to be uploaded is too long by " + -left + " bytes");
      }
      try {
        sink.write(pieces);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }
}
