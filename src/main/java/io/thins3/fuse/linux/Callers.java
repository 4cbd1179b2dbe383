package io.thins3.fuse.linux;

import java.util.EnumSet;
import java.util.Set;

/**
 * Whose requests are answered: everybody's that the kernel lets through, or, with {@code
 * allow_root}, root's and those of the user who mounted. The kernel knows only {@code allow_other},
 * so the rest is done here.
 *
 * @param owner the user who mounted, or {@link #NOBODY_IN_PARTICULAR}
 */
record Callers(int owner) {
  /** (uid_t) -1 is no user. */
  private static final int NOBODY_IN_PARTICULAR = -1;

  static final Callers ALL = new Callers(NOBODY_IN_PARTICULAR);

  /**
   * What is done with something that was opened by one who may: the kernel sends it in its own name
   * sometimes, and a descriptor may have been handed on.
   */
  private static final Set<Opcode> OF_OPENED =
      EnumSet.of(
          Opcode.READ,
          Opcode.WRITE,
          Opcode.FLUSH,
          Opcode.RELEASE,
          Opcode.FSYNC,
          Opcode.FALLOCATE,
          Opcode.LSEEK,
          Opcode.COPY_FILE_RANGE,
          Opcode.READDIR,
          Opcode.READDIRPLUS,
          Opcode.RELEASEDIR,
          Opcode.FSYNCDIR,
          Opcode.FORGET,
          Opcode.BATCH_FORGET,
          Opcode.INTERRUPT,
          Opcode.DESTROY);

  /** Whether a request is to be answered; EACCES otherwise. */
  boolean admit(Opcode opcode, int uid) {
    return owner == NOBODY_IN_PARTICULAR || uid == 0 || uid == owner || OF_OPENED.contains(opcode);
  }
}
