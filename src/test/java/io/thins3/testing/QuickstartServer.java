package io.thins3.testing;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * The S3 server of scripts/quickstart: embedded, so that it needs neither Docker nor a network.
 *
 * <p>Arguments: a bucket, a directory whose files become its objects, and a directory for what the
 * script wants to know: the files access-key, secret-key and, last, when everything is served,
 * endpoint. Runs until it gets a signal.
 */
public final class QuickstartServer {
  private QuickstartServer() {}

  /** Starts it. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    String bucket = arguments[0];
    Path content = Path.of(arguments[1]);
    Path told = Files.createDirectories(Path.of(arguments[2]));

    S3Server server = S3Server.start(S3Server.Kind.EMBEDDED);
    server.client().createBucket(request -> request.bucket(bucket));
    List<Path> files;
    try (Stream<Path> walk = Files.walk(content)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      String key = content.relativize(file).toString();
      server.put(bucket, key, Files.readAllBytes(file));
    }

    Files.writeString(told.resolve("access-key"), server.accessKey());
    Files.writeString(told.resolve("secret-key"), server.secretKey());
    Path unfinished = Files.writeString(told.resolve("endpoint.new"), server.endpoint().toString());
    Files.move(unfinished, told.resolve("endpoint"), ATOMIC_MOVE);
    // The server's threads are daemons; its shutdown hook closes it and removes its data.
    new CountDownLatch(1).await();
  }
}
