using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>
/// Executes a call with an Idempotency-Key once: the same call again gets the same answer (marked <c>Idempotency-Replayed: true</c>),
/// 409 while the first is running, 422 where its content differs.
/// </summary>
internal sealed class IdempotencyMiddleware(
    IdempotencyStore store, ExceptionProblems problems, IOptions<IdempotencyOptions> options, ILogger<IdempotencyMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!Idempotency.AppliesTo(context))
            await next(context);
        else if (Idempotency.KeyOf(context.Request) is not { } key)
            await Problem.BadInput(Idempotency.Header, "须为 1 至 255 个可见字符", "Must be 1 to 255 printable characters").ExecuteAsync(context);
        else
            await OnceAsync(context, next, new CallId(context, key));
    }

    private async Task OnceAsync(HttpContext context, RequestDelegate next, CallId id)
    {
        var owner = Guid.NewGuid();
        var state = await store.TakeAsync(id, owner, context.RequestAborted);
        using var hash = id.NewHash();
        hash.AppendData(Encoding.UTF8.GetBytes(context.Request.QueryString.Value + "\n"));
        await using var body = new HashedBody(context.Request.Body, hash);
        if (state.Ours)
            await ExecuteAsync(context, next, id, owner, body);
        else if (state.Answer is { } answer)
            await ReplayAsync(context, answer, body);
        else
            await Problem.Of(409, "still-running", new("相同的请求仍在处理", "The same call is still running"), TimeSpan.FromSeconds(1)).ExecuteAsync(context);
    }

    private static async Task ReplayAsync(HttpContext context, KeptAnswer answer, HashedBody body)
    {
        var hash = await body.FinishAsync(context.RequestAborted);
        if (!hash.AsSpan().SequenceEqual(answer.RequestSha256))
        {
            await Problem.Of(422, "key-reused", new("该 Idempotency-Key 已用于其他内容", "This Idempotency-Key was used for another content"))
                .ExecuteAsync(context);
            return;
        }
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers) context.Response.Headers[name] = value;
        context.Response.Headers[Idempotency.Replayed] = "true";
        if (answer.Body.Length == 0) return;
        context.Response.ContentLength = answer.Body.Length;
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private async Task ExecuteAsync(HttpContext context, RequestDelegate next, CallId id, Guid owner, HashedBody body)
    {
        var direct = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var held = new HeldAnswer(direct.Stream, options.Value.LargestAnswer);
        var holding = new StreamResponseBodyFeature(held, direct);
        var unhashed = context.Request.Body;
        context.Features.Set<IHttpResponseBodyFeature>(holding);
        context.Request.Body = body;
        using var renewal = new CancellationTokenSource();
        var renewing = RenewAsync(id, owner, renewal.Token);
        try
        {
            await AnswerAsync(context, next, held);
            await holding.Writer.FlushAsync(CancellationToken.None);
            await KeepAsync(context, id, owner, body, held);
        }
        catch
        {
            // Not executed as far as anyone can tell: cancelled, refused, or a part was down.
            await ReleaseAsync(id, owner);
            throw;
        }
        finally
        {
            context.Features.Set(direct);
            context.Request.Body = unhashed;
            await renewal.CancelAsync();
            await renewing;
        }
        if (!held.Overflowed && held.Bytes is { Length: > 0 } bytes) await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    /// <summary>The handler's answer; a failure of ours is an answer too, since nobody knows how far it got.</summary>
    private async Task AnswerAsync(HttpContext context, RequestDelegate next, HeldAnswer held)
    {
        try
        {
            await next(context);
            await StatusProblems.WriteAsync(context);
        }
        catch (Exception failure) when (ExceptionProblems.Of(failure).StatusCode == 500 && !context.RequestAborted.IsCancellationRequested)
        {
            if (held.Overflowed) throw;
            held.Restart();
            context.Response.Headers.Clear();
            await problems.TryHandleAsync(context, failure, CancellationToken.None);
        }
    }

    private async Task KeepAsync(HttpContext context, CallId id, Guid owner, HashedBody body, HeldAnswer held)
    {
        var response = context.Response;
        if (!Idempotency.Executed(response.StatusCode) || held.Overflowed)
        {
            if (held.Overflowed) log.AnswerTooLarge(options.Value.LargestAnswer, context.Request.Method, RouteOf(context));
            await ReleaseAsync(id, owner);
            return;
        }
        try
        {
            var hash = await body.FinishAsync(context.RequestAborted);
            var answer = new KeptAnswer(hash, response.StatusCode, Idempotency.HeadersOf(response), held.Bytes);
            await store.FinishAsync(id, owner, answer, CancellationToken.None);
        }
        catch (Exception failure) when (failure is NpgsqlException or IOException or OperationCanceledException)
        {
            // It was executed: the answer goes out. The same call again may execute twice, once the lease is over.
            log.AnswerNotKept(failure);
        }
    }

    private async Task ReleaseAsync(CallId id, Guid owner)
    {
        try
        {
            await store.ReleaseAsync(id, owner, CancellationToken.None);
        }
        catch (NpgsqlException failure)
        {
            // The lease runs out by itself.
            log.AnswerNotKept(failure);
        }
    }

    private async Task RenewAsync(CallId id, Guid owner, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(options.Value.Lease / 3);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(cancellation);
                if (!await store.RenewAsync(id, owner, cancellation)) return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (NpgsqlException failure)
            {
                log.LeaseNotRenewed(failure.Message);
            }
        }
    }

    private static string RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "?";
}

/// <summary>Removes answers older than <see cref="IdempotencyOptions.Keep"/>, once an hour.</summary>
internal sealed class IdempotencyPruning(IdempotencyStore store, TimeProvider clock, ILogger<IdempotencyPruning> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                await store.PruneAsync(stoppingToken);
            }
            catch (NpgsqlException failure)
            {
                log.PruningFailed(failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
