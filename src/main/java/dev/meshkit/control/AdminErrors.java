package dev.meshkit.control;

import dev.meshkit.api.MeshError;

/** Why the admin server itself does not answer. */
final class AdminErrors {
  private AdminErrors() {}

  static MeshError notAbsolute(String file) {
    return MeshError.validation(
        "backing up", "'" + file + "' is no absolute path", "name the file from / on");
  }

  static MeshError noLane() {
    return MeshError.validation(
        "pausing or resuming", "neither a lane nor all is named, or both", "name one of the two");
  }

  static MeshError noPoison(long id) {
    return MeshError.of(
        "error.not_found",
        "showing dead message " + id,
        "there is none of that id here",
        "list them: meshkit poison list",
        MeshError.Retry.SAFE);
  }

  static MeshError stopping() {
    return MeshError.unavailable(
        "answering", "the node is stopping", "ask again once it runs, or ask another node");
  }

  static MeshError broken(Exception fault) {
    return MeshError.of(
        "error.internal",
        "answering",
        String.valueOf(fault),
        "this is a fault in MeshKit: report it with the node's log",
        MeshError.Retry.SAFE_WITH_KEY);
  }
}
