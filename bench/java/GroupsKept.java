// SPDX-License-Identifier: Apache-2.0

import io.energydongle.frame.Rejection;
import io.energydongle.frame.TicFrame;
import io.energydongle.frame.TicFrameReader;
import io.energydongle.frame.TicLabels;
import io.energydongle.frame.TicSink;
import io.energydongle.telegram.tic.TicLabelTable;
import java.nio.file.Files;
import java.nio.file.Path;

/** Prints the name of a TIC capture and how many groups of it are usable. */
public final class GroupsKept {

  private static int good;

  public static void main(String[] args) throws Exception {
    byte[] capture = Files.readAllBytes(Path.of(args[0]));
    TicSink count =
        new TicSink() {
          @Override
          public void group(int label) {
            good += label == TicLabels.UNKNOWN ? 0 : 1;
          }

          @Override
          public void frame(TicFrame frame) {}

          @Override
          public void damaged(Rejection rejection) {}
        };
    TicFrameReader reader = new TicFrameReader(count, new TicLabelTable());
    reader.feed(capture, 0, capture.length);
    reader.endOfInput();
    System.out.printf("%s\t%d%n", args[0], good);
  }
}
