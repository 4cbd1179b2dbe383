package io.thins3.cli;

/** The program's entry point. */
public final class Thins3 {
  private Thins3() {}

  /** Runs the program. */
  public static void main(String[] args) {
    System.out.println("thins3");
  }
}
