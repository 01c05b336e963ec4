// The sample declaration that the journey fills in: projects as rows of a spreadsheet, and papers.
const YEAR = new Date().getFullYear() + 1

/** The columns of the project grid in their order. */
const COLUMNS = [
  'id', 'name', 'area', 'kind', 'content', 'department', 'deadline', 'source', 'level', 'amount', 'uses', 'mode',
  'land', 'quota', 'link', 'households', 'poverty', 'income', 'dividend', 'serves', 'local', 'village', 'gap',
]

export const TERM = { start: `${YEAR}-01-01`, end: `${YEAR + 1}-12-31` }

const ALL = { uses: '生产', mode: '直接实施', land: '否', dividend: '否', deadline: `${YEAR}年6月30日` }
const LINK = { link: '土地流转、就近务工', households: '１２０', poverty: '36', income: '0.5' }
const COUNTY = { source: '衔接资金', level: '县级', amount: '125' }

const projects = (village) => [
  { name: '苹果标准化基地', area: '产业发展', kind: '生产', department: '农业农村局', mode: '以奖代补', source: '衔接资金', level: '省级', amount: '2,000.00', ...LINK },
  { name: '基地水电路', area: '产业发展', kind: '基础设施', department: '水利局', source: '衔接资金', level: '市级', amount: '1500', serves: 'P1', ...LINK },
  { name: '村内供水改造', area: '乡村建设', kind: '设施', department: '水利局', mode: '以工代赈', source: '整合行业资金', level: '县级', amount: '2000', village, gap: '水' },
  { name: '文明积分', area: '乡村治理', kind: '服务', department: '宣传部', ...COUNTY },
  { name: '带头人培训', area: '人才培养', kind: '服务', department: '农业农村局', mode: '购买服务', ...COUNTY },
  { name: '公益岗位', area: '就业带动', kind: '服务', department: '人力资源社会保障局', ...COUNTY },
  { name: '动态监测', area: '巩固成果', kind: '服务', department: '乡村振兴局', ...COUNTY },
]

/** Rows to paste: dates, thousands and full-width digits as people write them. */
export function projectRows(village) {
  return projects(village).map((p, i) => {
    const whole = { ...ALL, ...p, id: `P${i + 1}`, content: `${p.name}（样例）` }
    return COLUMNS.map((c) => whole[c] ?? '')
  })
}

/** Every paper that the pack asks for, by the word that stands beside it. */
export const PAPERS = [
  '县委研究部署记录',
  '县政府研究部署记录',
  '分管领导和协调机制文件',
  '成立工作专班文件',
  '推进区实施规划',
  '县政府常务会议纪要',
  '县政府上报文件',
  '产业规划和市场前景依据',
  '村庄规划批复',
  '群众会议记录或调查表',
]

export const paperFile = (name) => ({
  name: `样例-${name}.txt`,
  mimeType: 'text/plain',
  buffer: Buffer.from(`样例附件：${name}。非正式文件。\n`),
})
