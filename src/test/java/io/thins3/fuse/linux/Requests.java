package io.thins3.fuse.linux;

import io.thins3.fuse.linux.FuseProtocol.fuse_in_header;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds requests as the kernel would send them. */
final class Requests {
  private final int opcode;
  private final long unique;
  private final long nodeId;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  private Requests(int opcode, long unique, long nodeId) {
    this.opcode = opcode;
    this.unique = unique;
    this.nodeId = nodeId;
  }

  static Requests of(Opcode opcode, long unique, long nodeId) {
    return new Requests(opcode.number(), unique, nodeId);
  }

  static Requests of(int opcode, long unique, long nodeId) {
    return new Requests(opcode, unique, nodeId);
  }

  Requests ints(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.nativeOrder());
    for (int value : values) {
      buffer.putInt(value);
    }
    body.writeBytes(buffer.array());
    return this;
  }

  Requests longs(long... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 8).order(ByteOrder.nativeOrder());
    for (long value : values) {
      buffer.putLong(value);
    }
    body.writeBytes(buffer.array());
    return this;
  }

  /** Text and a NUL. */
  Requests name(String name) {
    body.writeBytes(name.getBytes(StandardCharsets.UTF_8));
    body.write(0);
    return this;
  }

  Requests bytes(byte... bytes) {
    body.writeBytes(bytes);
    return this;
  }

  byte[] build() {
    byte[] rest = body.toByteArray();
    ByteBuffer request =
        ByteBuffer.allocate(fuse_in_header.SIZE + rest.length).order(ByteOrder.nativeOrder());
    request.putInt(fuse_in_header.len, request.capacity());
    request.putInt(fuse_in_header.opcode, opcode);
    request.putLong(fuse_in_header.unique, unique);
    request.putLong(fuse_in_header.nodeid, nodeId);
    request.putInt(fuse_in_header.uid, 1000);
    request.putInt(fuse_in_header.gid, 1001);
    request.putInt(fuse_in_header.pid, 42);
    request.put(fuse_in_header.SIZE, rest);
    return request.array();
  }
}
