package io.thins3.fuse.linux;

import io.thins3.fuse.FuseException;

/**
 * Serves the requests of one opcode: understands the request, asks the file system, answers. What
 * it throws becomes the answer: a {@link FuseException} its errno, {@link MalformedRequest} EINVAL,
 * anything else EIO.
 */
@FunctionalInterface
interface Operation {
  void run(Request request, Call call) throws FuseException, MalformedRequest;
}
