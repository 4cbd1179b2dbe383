package io.thins3.config;

/**
 * What a mount is when its options do not say otherwise. Immutable.
 *
 * @param readOnly changes are refused whatever the options say
 * @param forEverybody a read-write mount is writable for all users: application pods are seldom
 *     root
 * @param owner whom the files belong to
 */
public record MountDefaults(boolean readOnly, boolean forEverybody, Owner owner) {
  int fileMode(boolean isReadOnly) {
    return forEverybody && !isReadOnly ? 0666 : 0644;
  }

  int directoryMode(boolean isReadOnly) {
    return forEverybody && !isReadOnly ? 0777 : 0755;
  }
}
