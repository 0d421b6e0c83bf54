"""What the actions on people, roles and tokens are called in the audit."""

from __future__ import annotations

from duxue.web.common.lang import Words, say

TITLES: dict[str, Words] = {
    "duxue.account.signed_in": say("登录", "Signed in"),
    "duxue.account.sign_in_failed": say("登录失败", "Failed to sign in"),
    "duxue.account.signed_out": say("退出登录", "Signed out"),
    "duxue.account.password_changed": say("修改密码", "Changed the password"),
    "duxue.account.password_reset": say("重设密码", "Set a forgotten password anew"),
    "duxue.account.protection_added": say("增加登录保护", "Added a protection of the sign-in"),
    "duxue.account.protection_removed": say("取消登录保护", "Removed a protection of the sign-in"),
    "duxue.account.protection_renewed": say("更换恢复代码", "Made new recovery codes"),
    "duxue.grant.given": say("授予角色", "Gave a role"),
    "duxue.grant.revoked": say("收回角色", "Revoked a role"),
    "duxue.grant.limited": say("设定角色期限", "Set the end of a role"),
    "duxue.invitation.made": say("发出邀请", "Invited a person"),
    "duxue.invitation.renewed": say("重新发出邀请", "Invited a person again"),
    "duxue.invitation.revoked": say("撤回邀请", "Withdrew an invitation"),
    "duxue.invitation.accepted": say("接受邀请", "Took up an invitation"),
    "duxue.identity.connected": say("连接统一身份账号", "Connected an identity"),
    "duxue.token.made": say("建立接口令牌", "Made a token"),
    "duxue.token.revoked": say("吊销接口令牌", "Revoked a token"),
    "duxue.user.corrected": say("更正岗位或来自单位", "Corrected a post or the unit somebody comes from"),
    "duxue.user.activated": say("恢复账号", "Opened an account again"),
    "duxue.user.deactivated": say("停用账号", "Deactivated an account"),
}
