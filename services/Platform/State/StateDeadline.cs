namespace ECommerce.Channels.Platform.State;

/// <summary>
/// Ends every call in time and tells its failure in one way. A call that does not obey its cancellation (a database client waits two
/// seconds for the server to confirm one) is left behind.
/// </summary>
internal sealed class StateDeadline(string store, TimeSpan limit, TimeProvider time)
{
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            return await Observed(call(either.Token)).WaitAsync(either.Token);
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (Exception failure) when (deadline.IsCancellationRequested)
        {
            throw new StateUnavailableException($"The state store {store} gave no answer within {limit.TotalMilliseconds:0} ms.", failure);
        }
        catch (Exception failure) when (failure is not StateUnavailableException)
        {
            throw new StateUnavailableException($"The state store {store} failed: {failure.Message}", failure);
        }
    }

    /// <summary>The failure of a call that was left behind is nobody's any more.</summary>
    private static Task<T> Observed<T>(Task<T> call)
    {
        _ = call.ContinueWith(
            static left => _ = left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return call;
    }
}
