module greetings {
  requires dev.meshkit; // brings io.grpc
  requires io.grpc.stub;
  requires io.grpc.protobuf;
  requires com.google.protobuf;
  requires com.google.common; // the futures in the generated stubs
}
