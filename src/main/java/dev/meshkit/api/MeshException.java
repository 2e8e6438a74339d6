package dev.meshkit.api;

/** The one bridge from an {@link MeshError} to an exception: {@link Result#orThrow()}. */
public final class MeshException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient MeshError error;

  /** Wraps an error; its cause, if it has one, becomes this exception's. */
  public MeshException(MeshError error) {
    super(error.text(), error instanceof MeshError.Fault fault ? fault.cause().orElse(null) : null);
    this.error = error;
  }

  /** What failed. */
  public MeshError error() {
    return error;
  }

  /** The stable code of {@link #error()}. */
  public String code() {
    return error.code();
  }
}
