"""Refusals of the acts of the ladder."""

from bihuan.domain.refusal import NotNow, NotPermitted, NotValid


class OwnProposal(NotPermitted):
    zh = "提出人不能裁定、签发自己提出的事项。"
    en = "Whoever asked for this may neither rule on it nor sign it."


class RecusedFromOrder(NotPermitted):
    zh = "签发或解除督办单 {order} 的人应当回避，不能裁定其申诉。"
    en = "Whoever issued or lifted order {order} may not rule on the objection to it."


class OrderNotOpen(NotNow):
    zh = "督办单 {order} 已了结。"
    en = "Order {order} is no longer open."


class OrderNotReplied(NotNow):
    zh = "督办单 {order} 尚未回复，不能解除。"
    en = "Order {order} has no reply yet and cannot be lifted."


class OrderAlreadyReplied(NotNow):
    zh = "督办单 {order} 已回复，待督导组审定。"
    en = "Order {order} has been replied to and awaits its group."


class OrderStands(NotNow):
    zh = "本问题已有未了结的督办单 {order}，同级不得重复督办。"
    en = "Order {order} is still open; there is one open order per issue and rung."


class ObjectionMade(NotNow):
    zh = "督办单 {order} 已提出过申诉。"
    en = "Order {order} was objected to already."


class ObjectionWindowOver(NotNow):
    zh = "督办申诉应在督办单 {order} 签发后 {limit} 内提出，已逾期。"
    en = "An objection to order {order} must be made within {limit_en} of its issue; that time is over."


class ObjectionNotOpen(NotNow):
    zh = "督办单 {order} 没有待裁定的申诉。"
    en = "No objection to order {order} waits for a ruling."


class AlarmNotStanding(NotNow):
    zh = "没有待确认的催办、督办通知 {alarm}。"
    en = "No notice of alarm {alarm} waits to be acknowledged."


class UrgedToday(NotNow):
    zh = "本问题已催办过，每个工作日只催办一次，{next} 起可再催办。"
    en = "This issue was urged already; it can be urged again from {next}."


class NobodyOwes(NotNow):
    zh = "此时无人欠办，无可催办。"
    en = "No party is responsible for anything now, so nobody can be urged."


class LevelUpStands(NotNow):
    zh = "本问题已申请提级或正在提级办理。"
    en = "This issue is already asked to be taken up a level, or has been."


class NoLevelUpAsked(NotNow):
    zh = "没有待裁定的提级申请。"
    en = "No request for a level-up waits for a ruling."


class ConsultationStands(NotNow):
    zh = "会商 {consultation} 尚未形成纪要。"
    en = "Consultation {consultation} has no minutes yet."


class ConsultationNotOpen(NotNow):
    zh = "会商 {consultation} 已有纪要。"
    en = "Consultation {consultation} has its minutes already."


class DraftNotOpen(NotNow):
    zh = "文稿 {draft} 已签发、不予出文或已失效。"
    en = "Draft {draft} was signed or discarded, or has lapsed."


class NothingLeftToPress(NotNow):
    zh = "所督之事已办，无须再出文。"
    en = "What such a paper demands has been done already."


class NoLetterYet(NotNow):
    zh = "须先有已签发的督办函，方可出具移交函。"
    en = "A referral letter follows a signed letter of supervision; there is none."


class UnknownOrder(NotValid):
    zh = "本问题没有督办单 {order}。"
    en = "This issue has no order {order}."


class UnknownDraft(NotValid):
    zh = "本问题没有文稿 {draft}。"
    en = "This issue has no draft {draft}."


class UnknownConsultation(NotValid):
    zh = "本问题没有会商 {consultation}。"
    en = "This issue has no consultation {consultation}."
