"""Makes the workbooks in this folder with openpyxl (Debian: python3-openpyxl 3.0.9):

    /usr/bin/python3 tests/sheet/make.py
    soffice --headless --convert-to xlsx:"Calc MS Excel 2007 XML" --outdir DIR openpyxl.xlsx

The second (LibreOffice 7.4 from Debian 12) gives DIR/openpyxl.xlsx, kept here as libreoffice.xlsx.
All data are samples.
"""
import datetime
import os

from openpyxl import Workbook
from openpyxl.styles import numbers

HERE = os.path.dirname(os.path.abspath(__file__))
HEAD = ["村编码", "村名", "村庄类型", "村庄规划", "投入（万元）", "规划批准日", "户数"]


def fill(ws):
    ws.title = "村庄"
    ws["A1"] = "样例推进区村庄表"
    ws.merge_cells("A1:G1")
    for i, label in enumerate(HEAD, 1):
        ws.cell(row=3, column=i, value=label)
    day = datetime.date(2022, 3, 1)
    ws.append(["371522101200", "样例甲村", "集聚提升类", "是", 1999.99, day, 412])
    ws.append([371522101201, "样例乙村", "特色保护类", True, 0.1 + 0.2, day, "３ ００"])
    ws.append([])
    ws.append(["371522101202", "样例丙村", "城中村", "否", "1,234.5万元", "2024年2月29日", 7.0])
    ws.append(["合计", None, None, None, 3234.79])
    for row in range(4, 9):
        ws.cell(row=row, column=6).number_format = numbers.FORMAT_DATE_XLSX15
    other = ws.parent.create_sheet("说明")
    other["A1"] = "本页不读"
    hidden = ws.parent.create_sheet("_hidden")
    hidden.append(HEAD)
    hidden.sheet_state = "hidden"


def fill_arranged(ws):
    """Villages by code, by names, and by names with the county alone."""
    ws.title = "已安排区域"
    ws["A1"] = "已安排区域登记表（样例）"
    ws.merge_cells("A1:F1")
    for i, label in enumerate(["县（市、区）", "乡镇", "村", "村编码", "已安排项目", "依据文号"], 1):
        ws.cell(row=3, column=i, value=label)
    ws.append([None, None, "样例戊村", 370683103205, "首批省级衔接推进区", "样例〔2021〕1号"])
    ws.append(["烟台市莱阳市", "样例南镇", "样例南村", None, "田园综合体试点", "样例〔2021〕2号"])
    ws.append([])
    ws.append(["莱州市", "样例镇", "样例外村", None, "齐鲁样板省级示范区", "样例〔2021〕3号"])


def main():
    arranged = Workbook()
    fill_arranged(arranged.active)
    arranged.save(os.path.join(HERE, "arranged.xlsx"))
    book = Workbook()
    fill(book.active)
    book.save(os.path.join(HERE, "openpyxl.xlsx"))
    old = Workbook()
    old.epoch = datetime.datetime(1904, 1, 1)
    fill(old.active)
    old.active["B4"] = None
    old.active.merge_cells("C4:C5")  # 集聚提升类 counts for both villages
    old.save(os.path.join(HERE, "openpyxl-1904.xlsx"))


if __name__ == "__main__":
    main()
