keytool() { command keytool -storepass changeit "$@"; }

keytool -genkeypair -keystore ca.p12 -alias ca -keyalg EC -groupname secp256r1 -validity 3650 \
  -dname "CN=Example CA" -ext bc:critical -ext ku:critical=keyCertSign
keytool -exportcert -keystore ca.p12 -alias ca -rfc -file ca.pem
for name in server client; do
  keytool -genkeypair -keystore ca.p12 -alias $name -keyalg EC -groupname secp256r1 -validity 30 -signer ca \
    -dname "CN=$name" -ext ku=digitalSignature -ext eku=serverAuth,clientAuth -ext san=uri:spiffe://example/$name
  keytool -importkeystore -srckeystore ca.p12 -srcstorepass changeit -srcalias $name -destkeystore $name.p12
done
