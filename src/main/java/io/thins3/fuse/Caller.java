package io.thins3.fuse;

/**
 * Who sent a request, as the kernel says it. Never look the process up in /proc from a handler: the
 * caller waits for the answer, and reading its maps or its working directory can wait for the
 * caller.
 *
 * @param uid effective user id
 * @param gid effective group id
 * @param pid process id in the mount's pid name space, 0 when unknown
 */
public record Caller(int uid, int gid, int pid) {}
