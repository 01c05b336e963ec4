/* The words for acts upon what is on its way: of a run itself, and of rows, whose clients know
 * older ones beside (core/register/flow.c).
 */
#ifndef CORE_PROCESS_PROCESS_WORDS_H
#define CORE_PROCESS_PROCESS_WORDS_H

#define PROCESS_WORDS                                                                              \
    { "forward", "送出或签署", "Send on or sign" }, { "back", "退回", "Return" },                  \
        { "withdraw", "撤回", "Withdraw" }, { "reject", "否决", "Reject" },                        \
        { "delegate", "转办", "Delegate" }, { "urge", "催办", "Urge" },                            \
    {                                                                                              \
        "reopen", "重新办理", "Reopen"                                                             \
    }

#endif
