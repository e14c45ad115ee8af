/// CRC-16/ARC (polynomial 0x8005 reflected, start 0), the check of every frame (protocols page, section 2.1).
package func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
  var register: UInt16 = 0
  for byte in bytes {
    register ^= UInt16(byte)
    for _ in 0..<8 { register = register & 1 == 1 ? (register >> 1) ^ 0xA001 : register >> 1 }
  }
  return register
}
