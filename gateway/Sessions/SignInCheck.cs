using System.Net;
using ECommerce.Channels.Gateway.Access;
using ECommerce.Channels.Gateway.Limits;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Gateway.Sessions;

/// <summary>Whether name and password let someone in: not too often, and in the same time for an account that does not exist.</summary>
internal sealed class SignInCheck(SignInAttempts attempts, AccountStore accounts, Passwords passwords, ILogger<SignInCheck> log)
{
    /// <returns>Null where the person may come in.</returns>
    public async Task<Problem?> RefusalAsync(SignIn input, IPAddress? address, CancellationToken cancellation)
    {
        if (await attempts.CountAsync(input.User, address, cancellation) is { } wait) return Problem.TooMany(wait);
        var hash = await accounts.PasswordHashAsync(input.User, cancellation);
        if (!await passwords.VerifyAsync(hash, input.Password, cancellation))
        {
            log.SignInFailed(AddressGroup.Of(address));
            return Problem.Of(401, "wrong-password", new("用户名或密码错误", "Wrong user name or password"));
        }
        await attempts.ForgetAsync(input.User, address, cancellation);
        return null;
    }
}
