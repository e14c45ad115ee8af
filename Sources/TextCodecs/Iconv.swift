import Glibc

/// Converts all of `bytes` with the C library's tables; strict, without replacement or transliteration.
///
/// No character of GB 18030 or UTF-8 doubles in length when converted to the other, which bounds the output.
func convertWithIconv(
  _ bytes: [UInt8], from source: String, to target: String, failure: TextCodecError
) throws(TextCodecError) -> [UInt8] {
  guard let descriptor = iconv_open(target, source), Int(bitPattern: descriptor) != -1 else {
    throw .conversionMissing
  }
  defer { iconv_close(descriptor) }
  var input = bytes.map { CChar(bitPattern: $0) }
  let capacity = bytes.count * 2 + 16
  var remaining = input.count
  var isConverted = false
  let output = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initializedCount in
    var room = capacity
    buffer.withMemoryRebound(to: CChar.self) { characters in
      input.withUnsafeMutableBufferPointer { input in
        var from = input.baseAddress
        var to = characters.baseAddress
        isConverted = iconv(descriptor, &from, &remaining, &to, &room) != -1
      }
    }
    initializedCount = capacity - room
  }
  guard isConverted, remaining == 0 else { throw failure }
  return output
}
