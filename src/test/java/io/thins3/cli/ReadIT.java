package io.thins3.cli;

import io.thins3.testing.S3Server;
import java.util.List;

/** Reading by the HTTP client of our own. */
class ReadIT extends ReadSuite {
  @Override
  S3Server server() {
    return S3Server.shared();
  }

  @Override
  List<String> options() {
    return List.of();
  }
}
