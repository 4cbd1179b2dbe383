package io.thins3.fuse.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Direct memory in the machine's byte order, with its address for system calls. The address holds
 * as long as this object is reachable.
 *
 * @param bytes all of it; positions and limits are its user's
 * @param address of the first byte
 */
record NativeBuffer(ByteBuffer bytes, long address) {
  static NativeBuffer allocate(int size) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    return new NativeBuffer(bytes, addressOf(bytes));
  }

  int capacity() {
    return bytes.capacity();
  }

  /** The address of the byte at a direct buffer's position. */
  static long addressOf(ByteBuffer buffer) {
    return Pointer.wrap(Runtime.getSystemRuntime(), buffer).address() + buffer.position();
  }
}
