using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Offloop.Tests.Support;

/// <summary>Takes a header's word for who the user is: its name, and <c>operator</c> as the role of those named Olga.</summary>
internal sealed class TestUsers(IOptionsMonitor<TestUsers.Options> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<TestUsers.Options>(options, logger, encoder)
{
    public const string Header = "X-Test-User";

    public new const string Scheme = "test";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers[Header] is not [{ } name])
            return Task.FromResult(AuthenticateResult.NoResult());
        Claim[] claims = name == "Olga" ? [new(ClaimTypes.Name, name), new(ClaimTypes.Role, "operator")] : [new(ClaimTypes.Name, name)];
        var user = new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(user, Scheme)));
    }

    internal new sealed class Options : AuthenticationSchemeOptions;
}
