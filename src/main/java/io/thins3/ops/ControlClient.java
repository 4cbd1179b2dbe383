package io.thins3.ops;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Asks a mount by its control socket. */
public final class ControlClient {
  private ControlClient() {}

  /**
   * Sends a request and waits for the answer.
   *
   * @param atMost how long in all
   * @return the answer's fields
   * @throws ControlException when the mount refuses
   * @throws IOException when nobody answers
   */
  public static JsonNode ask(Path socket, String command, List<String> arguments, Duration atMost)
      throws IOException, ControlException {
    ControlMessages messages = new ControlMessages();
    byte[] line = messages.encode(new ControlMessages.Request(command, arguments));
    if (line.length > ControlMessages.LONGEST_LINE) {
      throw new ControlException("the request is too long");
    }
    long end = System.nanoTime() + atMost.toNanos();
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      if (!channel.connect(UnixDomainSocketAddress.of(socket))) {
        channel.finishConnect(); // a unix socket has connected, or refuses, at once
      }
      SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
      for (ByteBuffer left = ByteBuffer.wrap(line); left.hasRemaining(); ) {
        if (channel.write(left) == 0) {
          await(selector, end);
        }
      }
      key.interestOps(SelectionKey.OP_READ);
      return messages.answer(readLine(channel, selector, end));
    }
  }

  private static byte[] readLine(SocketChannel channel, Selector selector, long end)
      throws IOException {
    ByteBuffer answer = ByteBuffer.allocate(ControlMessages.LONGEST_LINE);
    while (answer.position() == 0 || answer.get(answer.position() - 1) != '\n') {
      if (!answer.hasRemaining()) {
        throw new IOException("the answer is too long");
      }
      int count = channel.read(answer);
      if (count < 0) {
        throw new EOFException("the connection ended without an answer");
      }
      if (count == 0) {
        await(selector, end);
      }
    }
    return Arrays.copyOf(answer.array(), answer.position());
  }

  private static void await(Selector selector, long end) throws IOException {
    long left = (end - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      throw new SocketTimeoutException("no answer in time");
    }
    selector.select(left);
    selector.selectedKeys().clear();
  }
}
