import CareModel

/// The districts of the sample city and where their homes lie (Suzhou; people, addresses and numbers are invented).
enum DemoPlaces {
  struct District {
    var id: DistrictID
    var name: String
    /// The middle, WGS 84 degrees.
    var latitude: Double
    var longitude: Double
    var streets: [String]
  }

  static let districts: [District] = [
    District(
      id: 1, name: "姑苏区", latitude: 31.311, longitude: 120.617, streets: ["平江路", "十全街", "临顿路", "道前街"]),
    District(
      id: 2, name: "虎丘区", latitude: 31.296, longitude: 120.571, streets: ["塔园路", "滨河路", "玉山路", "竹园路"]),
    District(
      id: 3, name: "吴中区", latitude: 31.263, longitude: 120.631, streets: ["东吴北路", "宝带东路", "石湖西路"]),
    District(
      id: 4, name: "相城区", latitude: 31.369, longitude: 120.642, streets: ["嘉元路", "阳澄湖中路", "齐门北大街"]),
    District(
      id: 5, name: "吴江区", latitude: 31.138, longitude: 120.645, streets: ["鲈乡南路", "流虹路", "笠泽路"]),
    District(
      id: 6, name: "工业园区", latitude: 31.318, longitude: 120.705, streets: ["星海街", "苏惠路", "现代大道"]),
  ]

  static let familyNames = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗",
    "顾", "陆", "沈", "钱", "范", "金", "潘", "尤", "蒋", "叶",
  ]
  static let givenNames = [
    "桂英", "秀兰", "玉珍", "凤英", "素珍", "月娥", "惠芳", "淑华", "雅琴", "美娟", "建国", "国强", "志明", "德福", "永康",
    "文彬", "仁义", "福生", "伯年", "振华", "云霞", "慧敏", "思远", "明轩", "晓燕", "静怡", "海涛", "家豪", "卫东", "小红",
  ]
}
