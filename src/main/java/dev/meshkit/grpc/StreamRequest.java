package dev.meshkit.grpc;

/**
 * What a dialled stream begins with.
 *
 * @param fields the head of the request
 * @param urgency how urgent it is, 0 first … 7 last
 */
record StreamRequest(FieldSection fields, int urgency) {}
