package io.thins3.cli;

import io.thins3.testing.S3Server;
import java.util.List;

/** Reading by the Apache client of the SDK. */
class ApacheReadIT extends ReadSuite {
  @Override
  S3Server server() {
    return S3Server.shared();
  }

  @Override
  List<String> options() {
    return List.of("--http-client", "apache");
  }
}
