package io.mediamesh.gateway;

import io.mediamesh.contracts.DetectionRules;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Webhook;
import io.mediamesh.mesh.AddressRules;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Where webhooks may be sent to. The same rules are asked when a webhook is put and each time that it is sent, because names
 * get other addresses.
 */
final class WebhookAddresses {
    private final AddressRules rules;
    private final VirtualThreads blocking;

    WebhookAddresses(AddressRules rules, VirtualThreads blocking) {
        this.rules = rules;
        this.blocking = blocking;
    }

    /** Fails with {@link io.mediamesh.contracts.FailureCode#FORBIDDEN} where one of them may not be sent to. */
    Future<Void> check(DetectionRules wanted) {
        return blocking.call(() -> {
            for (int index = 0; index < wanted.webhooks().size(); index++) {
                try {
                    resolveNow(wanted.webhooks().get(index), "webhooks." + index + ".url");
                } catch (UnknownHostException notNow) {
                    // A name may be unknown for a while; sending tries again and counts.
                }
            }
            return null;
        });
    }

    /** The addresses of a webhook, all of them allowed; fails with an {@link UnknownHostException} as well. */
    Future<InetAddress[]> resolve(Webhook webhook) {
        return blocking.call(() -> resolveNow(webhook, "url"));
    }

    /**
     * Blocks.
     *
     * @throws MeshException where one of them is not allowed
     */
    private InetAddress[] resolveNow(Webhook webhook, String field) throws UnknownHostException {
        String host = webhook.url().getHost();
        InetAddress[] addresses = InetAddress.getAllByName(host);
        rules.check(host, addresses, WebhookConfig.ALLOWED_ADDRESSES.key(), WebhookConfig.ALLOW_PRIVATE.key(), field);
        return addresses;
    }
}
