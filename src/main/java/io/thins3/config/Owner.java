package io.thins3.config;

import com.sun.security.auth.module.UnixSystem;

/**
 * Whom files belong to. Immutable.
 *
 * @param uid user, unsigned
 * @param gid group, unsigned
 */
public record Owner(int uid, int gid) {
  /** The user and group of this process. */
  public static Owner ofProcess() {
    UnixSystem system = new UnixSystem();
    return new Owner((int) system.getUid(), (int) system.getGid());
  }
}
