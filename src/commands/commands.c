/* One row a command, in the order of the help. */
#include "commands/command.h"

#define SYSTEM "--data --store"

const Command COMMANDS[] = {
    { "serve", command_serve, "",
      SYSTEM " --address --port --workers --secure --behind-gateway --demo --pack --divisions",
      "提供服务，直到 Ctrl-C 或 SIGTERM", "Serve a system until Ctrl-C or SIGTERM",
      "系统先由 tuijin init 建立；--demo 在空目录中建立带标记的样例，口令公开，不得接入网络。",
      "The system is made by tuijin init. --demo makes a marked sample in an empty folder; its "
      "passwords are public, so it must never face a network." },
    { "init", command_init, "", SYSTEM " --pack --divisions",
      "建立正式系统，给出三个管理员的一次性口令",
      "Make a real system and print the one-time passwords of its three administrators",
      "全部写入后才显示口令，只显示一次；中断后什么也没有留下，可以重来。",
      "The passwords are printed once, after everything is written. Where it is cut short nothing "
      "is there: run it again." },
    { "check", command_check, "DOSSIER…", "--pack! --batch --format --explain",
      "按政策包检查申报材料（JSON 文件，- 为标准输入）",
      "Check dossiers (JSON files, - for standard input) against a pack",
      "退出状态：0 可以报送，1 不可以，2 输入有误。",
      "Exit status: 0 may be submitted, 1 may not, 2 bad input." },
    { "simulate", command_simulate, "FOLDER|FILE|DATA",
      "--pack! --against! --batch --format --store", "试算：同一批材料在两个政策包下有何不同",
      "What-if: how the same dossiers fare under two packs",
      "材料是一个 .json 文件、每行一份的文件、放 .json 文件的目录，或系统的数据目录。没有 --batch "
      "时批次基础表未知，凡要用到它的规则都判为待补。",
      "Dossiers are a .json file, a file with one a line, a folder of .json files, or the data "
      "folder of a system. Without --batch the tables of the batch are unknown, and rules that "
      "need "
      "them stay undetermined." },
    { "pack check", command_pack_check, "DIR", "--notes", "证明政策包并运行它的测试",
      "Prove a pack and run its tests", NULL, NULL },
    { "pack add", command_pack_add, "DIR", SYSTEM, "证明政策包，加入系统（可在运行中）",
      "Prove a pack and add it to a system, running or not", NULL, NULL },
    { "pack schema", command_pack_schema, "DIR", "", "输出政策包申报材料的 JSON Schema",
      "Print the JSON Schema of a pack's dossiers", NULL, NULL },
    { "pack text", command_pack_text, "DIR NOTICE", "--out", "为政策包附上通知原文",
      "Attach the text of the notice to a pack", NULL, NULL },
    { "backup", command_backup, "FOLDER", SYSTEM " --with-keys", "备份系统（可在运行中）到新目录",
      "Back a system up, running or not, into a new folder",
      "密钥默认不在其中，请另行保存。数据库在 PostgreSQL 中的，先用 pg_basebackup 备份数据库。",
      "The keys stay out: keep them apart. A database on PostgreSQL is taken first, by "
      "pg_basebackup." },
    { "restore", command_restore, "BACKUP", "--data! --store --keys", "把备份恢复到新目录并核验",
      "Lay a backup into a new folder and prove it", NULL, NULL },
    { "audit verify", command_audit, "", SYSTEM, "核验审计链", "Verify the chain of the audit log",
      "退出状态：0 完好，1 被破坏。", "Exit status: 0 it holds, 1 it is broken." },
    { "keys rotate", command_keys, "", SYSTEM, "增加一个加密密钥，旧密钥仍可解开旧内容",
      "Add a key for sealed columns; old ones still open what they sealed",
      "先停止服务；之后另存 DATA/keys。",
      "Stop the server first; keep a copy of DATA/keys after." },
    { "rescue", command_rescue, "ACCOUNT", SYSTEM, "找回管理员账户：解锁，新口令，重新绑定动态口令",
      "Give an administrator his account back: unlocked, new password, no second factor",
      "只在没有别的管理员能办理时使用。记入审计日志，其他管理员都收到消息。",
      "For when no other administrator can help. It is on record, and every other administrator "
      "gets "
      "a message." },
    { "selection replay", command_selection, "BATCH", SYSTEM, "按记录重算一个批次的竞争立项",
      "Repeat the selection of a batch from its record",
      "BATCH 是批次编号。退出状态：0 一致，1 不一致。",
      "BATCH is the number of a batch. Exit status: 0 equal, 1 it differs." },
    { "feel", command_feel, "EXPRESSION", "--input", "求一个 FEEL 表达式的值",
      "Evaluate a FEEL expression",
      "名称的值取自 --input 的 JSON 对象。结果为 null 时，原因写到标准错误。退出状态：0 有值，1 为 "
      "null，2 表达式有误。",
      "Names have their values from the JSON object of --input. Why a result is null goes to "
      "standard error. Exit status: 0 a value, 1 null, 2 no valid expression." },
    { "dmn check", command_dmn_check, "MODEL…", "", "检查 DMN 文件：编译每个表达式，列出问题",
      "Check DMN files: compile every expression, list what is wrong",
      "几个文件可以互相导入。退出状态：0 没有问题，1 有问题，2 不是 DMN 文件。",
      "The files may import each other. Exit status: 0 nothing is wrong, 1 something is, 2 no DMN "
      "file." },
    { "dmn eval", command_dmn_eval, "MODEL…", "--decision! --input",
      "求 DMN 文件中一个决策的值，结果为 JSON", "Evaluate a decision of a DMN file, as JSON",
      "第一个文件是主模型，其余供它导入。--input 的键是输入数据的名称，没有给的为 null；"
      "给了决策的值，就不再求它。",
      "The first file is the model, the others are what it imports. The keys of --input are names "
      "of input data, null where not given; a decision whose value is given is not evaluated." },
    { "openapi", command_openapi, "", "", "接口说明（OpenAPI 3.1）",
      "The description of the HTTP API (OpenAPI 3.1)", NULL, NULL },
    { "types", command_types, "", "", "网页用的 TypeScript 行类型",
      "The pages' TypeScript types of rows", NULL, NULL },
    { "paper", command_paper, "", "", "从标准输入的 JSON 排版 PDF 到标准输出",
      "Set a document: JSON on standard input, PDF on standard output", NULL, NULL },
    { "sheet", command_sheet, "", "", "从标准输入的步骤写出工作簿到标准输出（供服务自用）",
      "Write a workbook: steps on standard input, xlsx on standard output (for the server)", NULL,
      NULL },
    { "pdf", command_pdf, "", "", "查看标准输入所写路径的 PDF 是否有打开密码（供服务自用）",
      "Say whether the PDF whose path stands on standard input asks for a password (for the "
      "server)",
      NULL, NULL },
    { "licences", command_licences, "", "--format", "所含和所用软件的许可",
      "The licences of what the program holds and links",
      "--format json 为 CycloneDX 1.6 软件物料清单。",
      "--format json is a bill of materials, CycloneDX 1.6." },
    { "help", command_help, "[COMMAND…]", "", "命令的用法", "How a command is used", NULL, NULL },
    { "man", command_man, "", "", "手册页（roff）", "The man page (roff)", NULL, NULL },
    { "completion", command_completion, "", "", "bash 的补全脚本", "The completion for bash", NULL,
      NULL },
    { "version", command_version, "", "", "版本", "The version", NULL, NULL },
    { NULL },
};
